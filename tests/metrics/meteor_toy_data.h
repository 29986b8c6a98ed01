// A small file of METEOR data, with words of our own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/temporary_folder.h"

namespace limn::test {

/// What data_scripts/meteor_data.py reads, and the file that it writes of it.
class ToyMeteorData {
 public:
  std::map<std::string, unsigned> flags{{"a", 1}, {"the", 1}, {"of", 1},
                                        {".", 1}, {"Mr", 2},  {"No", 4}};
  std::vector<std::pair<std::string, std::vector<std::uint32_t>>> synsets{
      {"bike", {7}},     {"bicycle", {7, 8}}, {"kid", {3, 4}}, {"child", {4}},
      {"goose", {5}},    {"honker", {5}},     {"box", {6}},    {"crate", {6}},
      {"spoonful", {9}}, {"spoon", {1}},      {"scoop", {9}}};
  std::vector<std::pair<std::string, std::vector<std::string>>> exceptions{{"goose", {"geese"}},
                                                                           {"child", {"children"}}};
  std::vector<std::pair<std::string, std::string>> paraphrases{
      {"a lot of", "many"}, {"many", "a lot of"}, {"many", "lots of"}, {"on top of", "on"},
      {"on top", "on"},     {"x", "y"},           {"x", "y"}};

  std::string bytes() const;
  std::filesystem::path write(const TemporaryFolder& folder) const {
    return folder.write("meteor.bin", bytes());
  }

  /// Sets the checksum of a file that was changed.
  static void seal(std::string& file) {
    std::uint64_t sum = 0;
    for (std::size_t i = 32; i + 4 <= file.size(); i += 4) {
      std::uint32_t number;
      std::memcpy(&number, file.data() + i, 4);
      sum += number;
    }
    std::memcpy(file.data() + 24, &sum, 8);
  }

 private:
  using Numbers = std::vector<std::uint32_t>;
  using Path = std::pair<std::size_t, Numbers>;  // depth first: nodes are in this order

  static std::vector<std::string> split(const std::string& phrase) {
    std::istringstream stream(phrase);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
  }
  static std::string packed(const Numbers& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * 4};
  }
  template <class Range, class Value>
  static std::uint32_t place(const Range& range, const Value& value) {
    return static_cast<std::uint32_t>(
        std::distance(range.begin(), std::lower_bound(range.begin(), range.end(), value)));
  }

  std::vector<std::string> words() const {
    std::set<std::string> words;
    for (const auto& [word, bits] : flags) words.insert(word);
    for (const auto& [word, ids] : synsets) words.insert(word);
    for (const auto& [base, forms] : exceptions) {
      words.insert(base);
      words.insert(forms.begin(), forms.end());
    }
    for (const auto& [first, second] : paraphrases)
      for (const std::string& word : split(first + " " + second)) words.insert(word);
    return {words.begin(), words.end()};
  }
  Path path(const std::string& phrase) const {
    Numbers numbers;
    for (const std::string& word : split(phrase)) numbers.push_back(place(words(), word));
    return {numbers.size(), numbers};
  }
  static std::vector<std::string> lists(const std::vector<Numbers>& lists) {
    Numbers begins{0}, values;
    for (const Numbers& list : lists) {
      values.insert(values.end(), list.begin(), list.end());
      begins.push_back(static_cast<std::uint32_t>(values.size()));
    }
    return {packed(begins), packed(values)};
  }
  std::vector<std::string> word_sections() const;
  std::vector<std::string> phrase_sections() const;
};

inline std::vector<std::string> ToyMeteorData::word_sections() const {
  const auto all = words();
  Numbers begins{0};
  std::string text, bits;
  for (const std::string& word : all) {
    text += word;
    begins.push_back(static_cast<std::uint32_t>(text.size()));
    bits += static_cast<char>(flags.contains(word) ? flags.at(word) : 0);
  }
  std::vector<Numbers> listed(all.size()), bases(all.size());
  for (const auto& [word, ids] : synsets) listed[place(all, word)] = ids;
  for (const auto& [base, forms] : exceptions)
    for (const std::string& form : forms) bases[place(all, form)].push_back(place(all, base));
  std::vector<std::string> sections{packed(begins), text, bits};
  for (const auto& table : {listed, bases})
    for (std::string& section : lists(table)) sections.push_back(std::move(section));
  return sections;
}

inline std::vector<std::string> ToyMeteorData::phrase_sections() const {
  std::set<Path> nodes{{0, {}}};
  for (const auto& [first, second] : paraphrases)
    for (const std::string& phrase : {first, second})
      for (Path node = path(phrase); node.first > 0; --node.first, node.second.pop_back())
        nodes.insert(node);
  Numbers last_words, children;
  for (const auto& [depth, numbers] : nodes) {
    last_words.push_back(depth == 0 ? 0 : numbers.back());
    children.push_back(place(nodes, Path{depth + 1, numbers}));
  }
  children.push_back(static_cast<std::uint32_t>(nodes.size()));
  std::vector<Numbers> listed(nodes.size());
  for (const auto& [first, second] : paraphrases)
    listed[place(nodes, path(first))].push_back(place(nodes, path(second)));
  std::vector<std::string> sections{packed(last_words), packed(children)};
  for (std::string& section : lists(listed)) sections.push_back(std::move(section));
  return sections;
}

inline std::string ToyMeteorData::bytes() const {
  auto sections = word_sections();
  for (std::string& section : phrase_sections()) sections.push_back(std::move(section));
  std::vector<std::uint64_t> table;
  std::string body;
  for (std::string& section : sections) {
    table.push_back(32 + 16 * sections.size() + body.size());
    table.push_back(section.size());
    body += section;
    body.resize((body.size() + 7) / 8 * 8);
  }
  std::string file = "limnMETE";
  const std::uint32_t version_and_sections[]{1, static_cast<std::uint32_t>(sections.size())};
  const std::uint64_t size_and_sum[]{32 + 16 * sections.size() + body.size(), 0};
  file.append(reinterpret_cast<const char*>(version_and_sections), 8);
  file.append(reinterpret_cast<const char*>(size_and_sum), 16);
  file.append(reinterpret_cast<const char*>(table.data()), table.size() * 8);
  file += body;
  seal(file);
  return file;
}

}  // namespace limn::test
