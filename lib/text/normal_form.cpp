#include "text/normal_form.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "limn/core/error.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

constexpr int kMostMarks = 30;

bool has_endless_marks(std::string_view text) {
  int marks = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, bytes] = character_at(text, at);
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
    marks = property->combining_class == 0 ? 0 : marks + 1;
    if (marks > kMostMarks) return true;
    at += bytes;
  }
  return false;
}

std::string composed(std::string_view text) {
  utf8proc_uint8_t* result = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &result, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  LIMN_ASSERT(length >= 0);
  return {reinterpret_cast<const char*>(result), static_cast<std::size_t>(length)};
}

}  // namespace

std::string lower_composed(std::string_view text) {
  const std::string normal = has_endless_marks(text) ? std::string(text) : composed(text);
  std::string result;
  result.reserve(normal.size());
  for (std::size_t at = 0; at < normal.size();) {
    const auto [code, bytes] = character_at(normal, at);
    append_character(lower(code), result);
    at += bytes;
  }
  return result;
}

}  // namespace limn::text
