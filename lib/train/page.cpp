#include "train/page.h"

#include <fmt/format.h>

#include "core/check.h"
#include "train/html.h"
#include "train/page_style.h"

namespace limn::train {

std::string page(std::string_view title, std::string_view body, std::string_view script) {
  const std::string escaped = escape_html(title);
  const std::string element = script.empty() ? "" : fmt::format("<script>\n{}</script>\n", script);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
      "data:; style-src 'unsafe-inline'{}\"/>\n<title>{}</title>\n<style>{}</style>\n</head>\n"
      "<body>\n<main>\n<h1>{}</h1>\n{}</main>\n{}</body>\n</html>\n",
      script.empty() ? "" : "; script-src 'unsafe-inline'", escaped, kPageStyle, escaped, body,
      element);
}

std::string photo_element(std::string_view op, const std::string& name, const std::string& data_uri,
                          const std::vector<std::string>& references) {
  if (data_uri.empty()) return "<p class=\"missing\">no photo</p>\n";
  require(data_uri.starts_with("data:image/"),
          "{}: the photo of \"{}\" needs a data:image/ URI; got \"{}\"", op, name,
          data_uri.substr(0, 40));
  return fmt::format("<img src=\"{}\" alt=\"{}\" loading=\"lazy\"/>\n", escape_html(data_uri),
                     escape_html(references.empty() ? name : references.front()));
}

std::string text_list(std::string_view heading, const std::vector<std::string>& texts) {
  if (texts.empty()) return "";
  std::string html = fmt::format("<p class=\"role\">{}</p>\n<ul class=\"references\">\n", heading);
  for (const std::string& text : texts) html += fmt::format("<li>{}</li>\n", escape_html(text));
  return html + "</ul>\n";
}

}  // namespace limn::train
