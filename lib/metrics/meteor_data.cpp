#include "metrics/meteor_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/mapped_file.h"
#include "limn/core/error.h"

namespace limn::metrics {
namespace {

constexpr char kMagic[] = {'l', 'i', 'm', 'n', 'M', 'E', 'T', 'E'};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kSections = 11;
constexpr const char* kAdvice = "make it with data_scripts/meteor_data.py";

struct Section {
  std::uint64_t begin, size;  // in bytes
};

struct Header {
  char magic[sizeof kMagic];
  std::uint32_t version, sections;
  std::uint64_t size, checksum;
};

constexpr std::size_t kBody = sizeof(Header) + kSections * sizeof(Section);

Header header_of(const unsigned char* file) {
  Header header;
  std::memcpy(&header, file, sizeof header);
  return header;
}

// Of all that follows the header: its 32-bit numbers, added up.
std::uint64_t checksum(const unsigned char* file, std::size_t size) {
  std::uint64_t sum = 0;
  const auto* numbers = reinterpret_cast<const std::uint32_t*>(file + sizeof(Header));
  for (std::size_t i = 0; i < (size - sizeof(Header)) / 4; ++i) sum += numbers[i];
  return sum;
}

}  // namespace

MeteorData::MeteorData(const std::filesystem::path& path) : path_(path) {
  const MappedFile file = map_file(path);
  file_ = std::static_pointer_cast<const unsigned char>(file.memory);
  size_ = file.size;
  check_header();
  map_sections();
}

void MeteorData::damaged(const char* what) const {
  throw IoError(path_, fmt::format("METEOR's data are damaged: {}; {} anew", what, kAdvice));
}

void MeteorData::check_header() const {
  if (size_ < sizeof kMagic || std::memcmp(file_.get(), kMagic, sizeof kMagic) != 0)
    throw IoError(path_, fmt::format("no METEOR data as limn reads them; {}", kAdvice));
  if (size_ < kBody)
    throw IoError(path_, fmt::format("cut short: {} bytes; {} anew", size_, kAdvice));
  const Header header = header_of(file_.get());
  if (header.version != kVersion) {
    throw IoError(path_, fmt::format("METEOR data of version {}; this limn reads version {}; {} "
                                     "anew",
                                     header.version, kVersion, kAdvice));
  }
  if (header.sections != kSections) damaged("another number of sections");
  if (size_ != header.size) {
    throw IoError(path_, fmt::format("{}: {} bytes of {}; {} anew",
                                     size_ < header.size ? "cut short" : "too long", size_,
                                     header.size, kAdvice));
  }
  if (size_ % 8 != 0) damaged("its size is odd");
  if (checksum(file_.get(), size_) != header.checksum) damaged("its checksum differs");
}

std::span<const unsigned char> MeteorData::bytes(std::size_t section) const {
  Section place;
  std::memcpy(&place, file_.get() + sizeof(Header) + section * sizeof place, sizeof place);
  if (place.begin < kBody || place.begin % 8 != 0 || place.begin > size_ ||
      place.size > size_ - place.begin)
    damaged("a section is outside of it");
  return {file_.get() + place.begin, static_cast<std::size_t>(place.size)};
}

MeteorData::Numbers MeteorData::numbers(std::size_t section) const {
  const auto place = bytes(section);
  if (place.size() % 4 != 0) damaged("a section of numbers has an odd size");
  return {reinterpret_cast<const std::uint32_t*>(place.data()), place.size() / 4};
}

void MeteorData::map_sections() {
  word_begins_ = numbers(0);
  word_text_ = bytes(1);
  word_flags_ = bytes(2);
  synset_begins_ = numbers(3);
  synsets_ = numbers(4);
  base_begins_ = numbers(5);
  bases_ = numbers(6);
  node_words_ = numbers(7);
  node_children_ = numbers(8);
  paraphrase_begins_ = numbers(9);
  paraphrases_ = numbers(10);
  const std::size_t words = word_flags_.size();
  const std::size_t nodes = node_words_.size();
  const bool fits = words < kNone && nodes < kNone && nodes > 0 &&
                    word_begins_.size() == words + 1 && synset_begins_.size() == words + 1 &&
                    base_begins_.size() == words + 1 && node_children_.size() == nodes + 1 &&
                    paraphrase_begins_.size() == nodes + 1;
  if (!fits) damaged("its sections do not fit each other");
}

// values[begins[key] … begins[key + 1]).
MeteorData::Numbers MeteorData::listed(Numbers begins, Numbers values, std::uint32_t key) const {
  if (key + std::size_t{1} >= begins.size()) damaged("a number is too large");
  const std::size_t begin = begins[key];
  const std::size_t end = begins[key + 1];
  if (begin > end || end > values.size()) damaged("a list is outside of its section");
  return values.subspan(begin, end - begin);
}

std::string_view MeteorData::word(std::uint32_t word) const {
  const std::size_t begin = word_begins_[word];
  const std::size_t end = word_begins_[word + 1];
  if (begin > end || end > word_text_.size()) damaged("a word is outside of its section");
  return {reinterpret_cast<const char*>(word_text_.data()) + begin, end - begin};
}

std::uint32_t MeteorData::find(std::string_view text) const {
  std::uint32_t first = 0;
  auto last = static_cast<std::uint32_t>(word_flags_.size());
  while (first < last) {
    const std::uint32_t middle = std::midpoint(first, last);
    if (word(middle) < text) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first < word_flags_.size() && word(first) == text ? first : kNone;
}

MeteorData::Numbers MeteorData::synsets(std::uint32_t word) const {
  return word == kNone ? Numbers() : listed(synset_begins_, synsets_, word);
}

MeteorData::Numbers MeteorData::bases(std::uint32_t word) const {
  return word == kNone ? Numbers() : listed(base_begins_, bases_, word);
}

std::uint32_t MeteorData::child(std::uint32_t node, std::uint32_t word) const {
  const Numbers words = listed(node_children_, node_words_, node);
  const auto found = std::lower_bound(words.begin(), words.end(), word);
  if (found == words.end() || *found != word) return kNone;
  return static_cast<std::uint32_t>(&*found - node_words_.data());
}

MeteorData::Numbers MeteorData::paraphrases(std::uint32_t node) const {
  return listed(paraphrase_begins_, paraphrases_, node);
}

}  // namespace limn::metrics
