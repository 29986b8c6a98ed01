#include "core/nearest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace limn {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

constexpr auto kNone = std::string_view::npos;

// "train" of "train.epochs", "" without a dot.
std::string_view section_of(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == kNone ? "" : name.substr(0, dot);
}

std::string_view key_of(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == kNone ? name : name.substr(dot + 1);
}

std::vector<std::string> sections_of(std::span<const std::string> names) {
  std::vector<std::string> sections;
  for (const std::string& name : names) {
    const std::string_view section = section_of(name);
    if (sections.empty() || sections.back() != section) sections.emplace_back(section);
  }
  return sections;
}

std::vector<std::string> keys_in(std::string_view section, std::span<const std::string> names) {
  std::vector<std::string> keys;
  for (const std::string& name : names)
    if (section_of(name) == section) keys.emplace_back(key_of(name));
  return keys;
}

// The known name that may be meant by an unknown one; "" for none.
std::string meant_key(std::string_view word, std::span<const std::string> known) {
  const std::string_view section = section_of(word);
  const std::vector<std::string> keys = keys_in(section, known);
  const std::string near = nearest_name(key_of(word), keys);
  if (!near.empty()) return section.empty() ? near : fmt::format("{}.{}", section, near);
  const auto same = std::find_if(known.begin(), known.end(),
                                 [&](auto& name) { return key_of(name) == key_of(word); });
  if (same != known.end()) return *same;
  return keys.empty() ? nearest_name(word, known) : "";
}

}  // namespace

std::string nearest_name(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = (word.size() + 1) / 2 + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string unknown_name(std::string_view word, std::span<const std::string> known) {
  const std::string nearest = nearest_name(word, known);
  return fmt::format("\"{}\" is not known; {}", word,
                     nearest.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                     : fmt::format("did you mean \"{}\"?", nearest));
}

std::string unknown_key(std::string_view word, std::span<const std::string> known) {
  const std::string meant = meant_key(word, known);
  if (!meant.empty()) return fmt::format("\"{}\" is not known; did you mean \"{}\"?", word, meant);
  const std::vector<std::string> keys = keys_in(section_of(word), known);
  if (!keys.empty()) {
    return fmt::format("\"{}\" is not known; {}{} {}", word, section_of(word),
                       section_of(word).empty() ? "there are" : " has", fmt::join(keys, ", "));
  }
  return fmt::format("\"{}\" is not known; there are the sections {}", word,
                     fmt::join(sections_of(known), ", "));
}

}  // namespace limn
