// What all pages have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace limn::train {

/// A page of `body` with a heading; `script` may be empty. It may load nothing from elsewhere.
std::string page(std::string_view title, std::string_view body, std::string_view script = "");

/// The photo of a card, or a sign that it is not shown. Throws InvalidArgument, beginning with
/// `op`, unless `data_uri` is empty or "data:image/…".
std::string photo_element(std::string_view op, const std::string& name, const std::string& data_uri,
                          const std::vector<std::string>& references);

/// Texts under a heading; nothing without texts.
std::string text_list(std::string_view heading, const std::vector<std::string>& texts);

}  // namespace limn::train
