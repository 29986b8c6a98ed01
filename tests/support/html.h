// What tests ask of a page.
#pragma once

#include <string>
#include <vector>

namespace limn::test {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// The name of the first element that is not closed, or closed without being open, or whose tag is
// broken; "" when there is none. The page is written as XML where HTML allows it.
inline std::string first_broken_element(const std::string& html) {
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const auto end = html.find('>', at);
    if (end == std::string::npos || html.find('<', at + 1) < end) return html.substr(at, 20);
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (count(tag, "\"") % 2 == 1) return tag;
    if (tag.starts_with("!DOCTYPE") || tag.ends_with("/")) continue;
    const std::string name = tag.substr(0, tag.find(' '));
    if (!name.starts_with("/")) {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return name;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

}  // namespace limn::test
