#include "limn/data/photo_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace limn::data {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::int64_t> coco_id(std::string_view file) {
  constexpr std::size_t digits = 12;
  const std::string_view stem = file.substr(0, file.rfind('.'));
  if (stem.size() < digits) return {};
  const std::string_view before = stem.substr(0, stem.size() - digits);
  const std::string_view number = stem.substr(before.size());
  if (!std::all_of(number.begin(), number.end(), is_digit)) return {};
  if (!before.empty() && is_digit(before.back())) return {};
  std::int64_t id = 0;
  std::from_chars(number.data(), number.data() + number.size(), id);
  return id;
}

std::string coco_name(std::int64_t id) { return fmt::format("{:012}.jpg", id); }

bool names_photo(std::string_view file) {
  constexpr std::array<std::string_view, 8> suffixes{".jpg", ".jpeg", ".png", ".bmp",
                                                     ".gif", ".pgm",  ".ppm", ".pnm"};
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  std::string suffix(file.substr(dot));
  std::transform(suffix.begin(), suffix.end(), suffix.begin(), lower);
  return std::find(suffixes.begin(), suffixes.end(), suffix) != suffixes.end();
}

bool PhotoIndex::add(std::string_view name, std::int64_t number) {
  if (!by_name_.emplace(name, number).second) return false;
  if (const auto id = coco_id(name)) by_id_.emplace(*id, number);
  return true;
}

std::int64_t PhotoIndex::find(std::string_view name) const {
  const auto named = by_name_.find(name);
  if (named != by_name_.end()) return named->second;
  const auto id = coco_id(name);
  const auto numbered = id ? by_id_.find(*id) : by_id_.end();
  return numbered == by_id_.end() ? -1 : numbered->second;
}

}  // namespace limn::data
