#include "limn/core/safetensors_writer.h"

#include <algorithm>
#include <set>
#include <vector>

#include "core/check.h"
#include "core/safetensors_header.h"
#include "core/temporary_file.h"
#include "limn/core/safetensors.h"

namespace limn {
namespace {

constexpr std::size_t kAlignment = 64;

std::size_t data_begin(std::size_t header_bytes) {
  return (kLengthBytes + header_bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// The first bytes of a file whose data begin at `begin`.
std::string prefix(std::string header, std::size_t begin) {
  header.resize(begin - kLengthBytes, ' ');
  std::string length;
  for (std::size_t byte = 0; byte < kLengthBytes; ++byte)
    length += static_cast<char>(header.size() >> (8 * byte) & 0xFF);
  return length + header;
}

}  // namespace

struct SafetensorsWriter::Impl {
  Impl(const std::filesystem::path& path, std::size_t header_bytes)
      : file(path), begin(data_begin(header_bytes)) {
    check(file.append(prefix({}, begin).data(), begin));
  }

  void check(int error) {
    closed = error != 0;
    if (closed) file.fail("write this file", error);
  }

  // The entry that the rows belong to, new or not; nothing is changed yet.
  SafetensorsEntry extended(const std::string& name, const Tensor& rows) const {
    require(!closed, "SafetensorsWriter: {} is finished, or failed; \"{}\" comes too late",
            file.target().native(), name);
    require(rows.defined(), "SafetensorsWriter: rows of \"{}\" are undefined", name);
    require(name != "__metadata__", "SafetensorsWriter: a tensor cannot be called \"{}\"", name);
    if (entries.empty() || entries.back().name != name) {
      const bool known = std::any_of(entries.begin(), entries.end(),
                                     [&](const auto& entry) { return entry.name == name; });
      require(!known, "SafetensorsWriter: \"{}\" must come in one run; there was \"{}\" after it",
              name, entries.empty() ? name : entries.back().name);
      return {name, rows.dtype(), rows.shape()};
    }
    const SafetensorsEntry& last = entries.back();
    const bool fits = rows.shape().rank() > 0 && last.shape.rank() > 0 &&
                      rows.shape() == last.shape.with(0, rows.shape()[0]) &&
                      rows.dtype() == last.dtype;
    require(fits, "SafetensorsWriter: \"{}\" is {} {} so far; got {}", name, name_of(last.dtype),
            last.shape, rows);
    return {name, last.dtype, last.shape.with(0, last.shape[0] + rows.shape()[0])};
  }

  TemporaryFile file;
  std::size_t begin;
  bool closed = false;  // finished or failed
  std::vector<SafetensorsEntry> entries;
};

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path, std::size_t header_bytes)
    : impl_(std::make_unique<Impl>(path, header_bytes)) {}
SafetensorsWriter::~SafetensorsWriter() = default;
SafetensorsWriter::SafetensorsWriter(SafetensorsWriter&&) noexcept = default;
SafetensorsWriter& SafetensorsWriter::operator=(SafetensorsWriter&&) noexcept = default;

void SafetensorsWriter::append(const std::string& name, const Tensor& rows) {
  SafetensorsEntry entry = impl_->extended(name, rows);
  impl_->check(impl_->file.append(rows.raw(), rows.bytes()));
  if (impl_->entries.empty() || impl_->entries.back().name != name) impl_->entries.emplace_back();
  impl_->entries.back() = std::move(entry);
}

void SafetensorsWriter::finish(const std::map<std::string, std::string>& metadata) {
  require(!impl_->closed, "SafetensorsWriter: {} is finished already, or failed",
          impl_->file.target().native());
  const std::string header = safetensors_header(impl_->entries, metadata);
  require(kLengthBytes + header.size() <= impl_->begin,
          "SafetensorsWriter: the header needs {} bytes; {} were set aside", header.size(),
          impl_->begin - kLengthBytes);
  impl_->check(impl_->file.overwrite(0, prefix(header, impl_->begin).data(), impl_->begin));
  impl_->closed = true;
  impl_->file.commit();
}

void write_safetensors(const std::filesystem::path& path,
                       const std::vector<std::pair<std::string, Tensor>>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  std::vector<SafetensorsEntry> entries;
  std::set<std::string> names = {"__metadata__"};
  for (const auto& [name, tensor] : tensors) {
    require(tensor.defined(), "write_safetensors: tensor \"{}\" is undefined", name);
    require(names.insert(name).second, "write_safetensors: two tensors are called \"{}\"", name);
    entries.push_back({name, tensor.dtype(), tensor.shape()});
  }
  SafetensorsWriter writer(path, safetensors_header(entries, metadata).size());
  for (const auto& [name, tensor] : tensors) writer.append(name, tensor);
  writer.finish(metadata);
}

}  // namespace limn
