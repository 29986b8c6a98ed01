// Safetensors files written piece by piece.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "limn/core/tensor.h"

namespace limn {

/// Writes tensors that come in pieces and together need not fit in memory. They go to a temporary
/// file beside `path`, which takes its place in `finish`; before, and on any failure, what is at
/// `path` stays as it is. The temporary file goes with the writer.
class SafetensorsWriter {
 public:
  /// Sets `header_bytes` aside for the header, rounded up such that the data begin at a multiple of
  /// 64 bytes; what it does not need is filled with blanks. Throws IoError when no file can be
  /// made.
  SafetensorsWriter(const std::filesystem::path& path, std::size_t header_bytes);
  ~SafetensorsWriter();
  SafetensorsWriter(SafetensorsWriter&&) noexcept;
  SafetensorsWriter& operator=(SafetensorsWriter&&) noexcept;

  /// More rows [n, …] of the tensor `name`, behind those that the call before gave; another name
  /// begins another tensor. Throws InvalidArgument when the rows are undefined or differ from those
  /// before in dtype or shape, when `name` was begun and left, and after `finish` or a failure;
  /// IoError when they cannot be written.
  void append(const std::string& name, const Tensor& rows);
  /// Completes the file. Throws InvalidArgument when the header needs more bytes than were set
  /// aside.
  void finish(const std::map<std::string, std::string>& metadata = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limn
