// The safetensors format: named tensors and text in one file.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "limn/core/tensor.h"

namespace limn {

/// A mapped safetensors file. Everything about its header is checked when it is opened, so a
/// damaged or foreign file is refused at once, with the place and the cause.
class SafetensorsFile {
 public:
  /// Throws IoError when the file is missing, empty, truncated, of another format, or its header
  /// does not hold.
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  /// The `__metadata__` entries.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// In the order of their data.
  std::vector<std::string> names() const;
  bool contains(const std::string& name) const;
  /// Throws IoError naming the file when there is no such tensor.
  const Shape& shape(const std::string& name) const;
  /// Shares the mapped memory (copy on write) where its alignment allows, copies elsewhere. BOOL
  /// becomes uint8; I64 becomes int32, and a value outside its range is an IoError. Other dtypes
  /// limn does not know are IoErrors here.
  Tensor tensor(const std::string& name) const;
  std::map<std::string, Tensor> tensors() const;
  /// Those whose names begin with "PREFIX.", by the rest of their names.
  std::map<std::string, Tensor> tensors_under(const std::string& prefix) const;

 private:
  struct Entry {
    std::string name;
    std::string dtype;
    Shape shape;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  const Entry& entry(const std::string& name) const;
  void read_header();

  std::filesystem::path path_;
  std::shared_ptr<void> memory_;
  std::size_t size_ = 0;
  std::size_t data_begin_ = 0;
  std::map<std::string, std::string> metadata_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> index_;
};

/// Writes a file atomically (see write_file_atomically); the data begin at a multiple of 64 bytes.
/// The same input gives the same bytes. Throws InvalidArgument on a repeated name or an undefined
/// tensor.
void write_safetensors(const std::filesystem::path& path,
                       const std::vector<std::pair<std::string, Tensor>>& tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace limn
