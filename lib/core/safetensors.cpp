#include "limn/core/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

#include "core/check.h"
#include "core/json.h"
#include "core/mapped_file.h"
#include "core/safetensors_header.h"

namespace limn {
namespace {

constexpr std::uint64_t kLongestHeader = 100'000'000;

struct FileDType {
  const char* name;
  std::size_t bytes;
  std::optional<DType> dtype;  // nothing: read by conversion or not at all
};

constexpr FileDType kDTypes[] = {
    {"F32", 4, DType::float32}, {"F64", 8, DType::float64},   {"I32", 4, DType::int32},
    {"U8", 1, DType::uint8},    {"F16", 2, DType::float16},   {"BF16", 2, DType::bfloat16},
    {"BOOL", 1, DType::uint8},  {"I64", 8, std::nullopt},     {"I16", 2, std::nullopt},
    {"I8", 1, std::nullopt},    {"U16", 2, std::nullopt},     {"U32", 4, std::nullopt},
    {"U64", 8, std::nullopt},   {"F8_E4M3", 1, std::nullopt}, {"F8_E5M2", 1, std::nullopt}};

const FileDType* find_dtype(const std::string& name) {
  for (const FileDType& dtype : kDTypes) {
    if (name == dtype.name) return &dtype;
  }
  return nullptr;
}

// What a file that is no safetensors file looks like.
std::string guess(const unsigned char* bytes, std::size_t size) {
  const auto starts = [&](std::initializer_list<unsigned char> magic) {
    return size >= magic.size() && std::equal(magic.begin(), magic.end(), bytes);
  };
  if (starts({'P', 'K', 3, 4}))
    return "; it looks like a zip file (a PyTorch checkpoint?): convert it to safetensors";
  if (starts({0xFF, 0xD8, 0xFF})) return "; it looks like a JPEG photo";
  if (starts({0x89, 'P', 'N', 'G'})) return "; it looks like a PNG picture";
  if (starts({0x80, 2})) return "; it looks like a Python pickle: convert it to safetensors";
  if (starts({0x89, 'H', 'D', 'F'})) return "; it looks like an HDF5 file";
  if (starts({'G', 'G', 'U', 'F'})) return "; it looks like a GGUF file";
  if (starts({'{'}) || starts({'['})) return "; it looks like JSON";
  return "";
}

std::uint64_t little_endian(const unsigned char* bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

std::string_view header_of(const std::filesystem::path& path, const void* file, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(file);
  if (size < kLengthBytes + 2) {
    throw IoError(path,
                  fmt::format("no safetensors file: only {} bytes{}", size, guess(bytes, size)));
  }
  const std::uint64_t length = little_endian(bytes);
  if (length > kLongestHeader || bytes[kLengthBytes] != '{')
    throw IoError(path, fmt::format("no safetensors file{}", guess(bytes, size)));
  if (length > size - kLengthBytes) {
    throw IoError(path,
                  fmt::format("cut short: a header of {} bytes in a file of {}", length, size));
  }
  return {static_cast<const char*>(file) + kLengthBytes, static_cast<std::size_t>(length)};
}

// The parser keeps the last of repeated keys, so they are counted as they come.
void refuse_repeated_names(std::string_view text) {
  std::set<std::string> names;
  const json::parser_callback_t notice = [&](int depth, json::parse_event_t event, json& value) {
    if (depth == 1 && event == json::parse_event_t::key) {
      require(names.insert(value.get<std::string>()).second, "{} stands there twice", value.dump());
    }
    return true;
  };
  [[maybe_unused]] const json parsed = json::parse(text, notice);
}

std::vector<std::int64_t> whole_numbers(const std::string& name, const json& entry,
                                        const char* key) {
  std::vector<std::int64_t> numbers;
  const bool listed = entry.is_object() && entry.contains(key) && entry[key].is_array();
  bool ok = listed;
  for (const json& number : listed ? entry[key] : json::array()) {
    constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
    ok = ok && number.is_number_unsigned() && number.get<std::uint64_t>() <= limit;
    if (ok) numbers.push_back(number.get<std::int64_t>());
  }
  require(ok, "{} needs {}, a list of whole numbers >= 0", name, key);
  return numbers;
}

template <class Entry>
Entry parse_entry(const std::string& name, const json& value) {
  const Shape shape(whole_numbers(name, value, "shape"));
  const auto offsets = whole_numbers(name, value, "data_offsets");
  require(offsets.size() == 2, "{} needs two data_offsets; got {}", name, offsets.size());
  require(value.contains("dtype") && value["dtype"].is_string(), "{} needs a dtype, a text", name);
  return {name, value["dtype"].get<std::string>(), shape, static_cast<std::size_t>(offsets[0]),
          static_cast<std::size_t>(offsets[1])};
}

std::map<std::string, std::string> parse_metadata(const json& value) {
  require(value.is_object(), "__metadata__ needs texts by name");
  std::map<std::string, std::string> metadata;
  for (const auto& [name, text] : value.items()) {
    require(text.is_string(), "__metadata__ needs texts; {} is none", name);
    metadata[name] = text.get<std::string>();
  }
  return metadata;
}

// Entries, sorted by place, are to cover the data without overlaps and holes.
template <class Entry>
void check_layout(const std::vector<Entry>& entries, std::size_t data_size) {
  std::size_t previous_end = 0;
  for (const Entry& e : entries) {
    require(e.begin == previous_end && e.begin <= e.end,
            "the bytes [{}, {}) of {} should begin at {}", e.begin, e.end, e.name, previous_end);
    const auto elements = static_cast<std::uint64_t>(e.shape.elements());
    if (const FileDType* dtype = find_dtype(e.dtype); dtype != nullptr) {
      require(elements * dtype->bytes == e.end - e.begin, "{} {} of {} does not fit its {} bytes",
              e.name, e.shape, e.dtype, e.end - e.begin);
    } else {  // of others it is only known that an element has a bit
      require(elements / 8 <= e.end - e.begin, "{} {} of {} cannot be in {} bytes", e.name, e.shape,
              e.dtype, e.end - e.begin);
    }
    previous_end = e.end;
  }
  require(previous_end == data_size, "{} bytes of data, but its tensors have {}", data_size,
          previous_end);
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path) {
  const MappedFile file = map_file(path);
  memory_ = file.memory;
  size_ = file.size;
  try {
    read_header();
  } catch (const InvalidArgument& error) {
    throw IoError(path_, fmt::format("damaged header: {}", error.what()));
  }
}

void SafetensorsFile::read_header() {
  const std::string_view text = header_of(path_, memory_.get(), size_);
  data_begin_ = kLengthBytes + text.size();
  const json header = parse_json(text, path_);
  refuse_repeated_names(text);
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      metadata_ = parse_metadata(value);
    } else {
      entries_.push_back(parse_entry<Entry>(name, value));
    }
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  for (std::size_t i = 0; i < entries_.size(); ++i) index_[entries_[i].name] = i;
  const std::size_t data_size = size_ - data_begin_;
  if (!entries_.empty() && entries_.back().end > data_size) {
    const Entry& last = entries_.back();
    throw IoError(path_,
                  fmt::format("cut short: {} ends at byte {} of the data, but there are only {}",
                              last.name, last.end, data_size));
  }
  check_layout(entries_, data_size);
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

bool SafetensorsFile::contains(const std::string& name) const { return index_.contains(name); }

const SafetensorsFile::Entry& SafetensorsFile::entry(const std::string& name) const {
  const auto found = index_.find(name);
  if (found == index_.end()) throw IoError(path_, fmt::format("has no tensor \"{}\"", name));
  return entries_[found->second];
}

const Shape& SafetensorsFile::shape(const std::string& name) const { return entry(name).shape; }

Tensor SafetensorsFile::tensor(const std::string& name) const {
  const Entry& e = entry(name);
  char* data = static_cast<char*>(memory_.get()) + data_begin_ + e.begin;
  const FileDType* known = find_dtype(e.dtype);
  if (known != nullptr && known->dtype) {
    if (reinterpret_cast<std::uintptr_t>(data) % known->bytes == 0)
      return Tensor(e.shape, *known->dtype, data, memory_);
    Tensor copy(e.shape, *known->dtype);
    std::memcpy(copy.raw(), data, copy.bytes());
    return copy;
  }
  if (e.dtype != "I64")
    throw IoError(path_, fmt::format("tensor \"{}\" is of dtype {}, which limn does not read", name,
                                     e.dtype));
  Tensor result(e.shape, DType::int32);
  for (std::int64_t i = 0; i < result.elements(); ++i) {
    std::int64_t value = 0;
    std::memcpy(&value, data + i * 8, sizeof value);
    if (value < std::numeric_limits<std::int32_t>::min() ||
        value > std::numeric_limits<std::int32_t>::max()) {
      throw IoError(path_,
                    fmt::format("tensor \"{}\": element {} is {}, beyond 32 bits", name, i, value));
    }
    result.data<std::int32_t>()[i] = static_cast<std::int32_t>(value);
  }
  return result;
}

std::map<std::string, Tensor> SafetensorsFile::tensors() const {
  std::map<std::string, Tensor> all;
  for (const Entry& entry : entries_) all.emplace(entry.name, tensor(entry.name));
  return all;
}

std::map<std::string, Tensor> SafetensorsFile::tensors_under(const std::string& prefix) const {
  std::map<std::string, Tensor> result;
  for (const Entry& entry : entries_) {
    if (entry.name.starts_with(prefix + ".")) {
      result.emplace(entry.name.substr(prefix.size() + 1), tensor(entry.name));
    }
  }
  return result;
}

}  // namespace limn
