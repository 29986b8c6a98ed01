// Photos decoded ahead of time by background threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "limn/core/tensor.h"

namespace limn::data {

/// A batch of photos, and which of those asked for could not be read.
struct LoadedImages {
  std::vector<std::int64_t> items;  ///< the items of the batch that were read, in order
  Tensor pictures;                  ///< uint8 [items, H, W, 3]; undefined when none was read
  struct Failure {
    std::int64_t item;
    std::string error;
  };
  std::vector<Failure> failures;  ///< in order
};

/// Calls `load` for every item of every batch on background threads, at most `ahead` batches before
/// they are asked for, and hands out the batches in order. What comes out does not depend on the
/// number of threads. For one consumer.
class ImageLoader {
 public:
  /// `load` gives a uint8 picture [H, W, 3], all of one size; it is called from several threads at
  /// once, each of them on one thread. What it throws as limn::Error becomes a
  /// Failure, anything else is thrown by `next`. Throws InvalidArgument unless threads, ahead >= 1.
  ImageLoader(std::vector<std::vector<std::int64_t>> batches,
              std::function<Tensor(std::int64_t item)> load, int threads = 2, int ahead = 4);
  /// Waits for the calls of `load` that are under way; what was still to load is dropped.
  ~ImageLoader();
  ImageLoader(const ImageLoader&) = delete;
  ImageLoader& operator=(const ImageLoader&) = delete;

  /// Whether every batch was handed out.
  bool done() const;
  /// The next batch, waiting for it if need be. Throws InvalidArgument when there is none left and
  /// for a picture unlike those before, and what `load` threw beside limn::Error, the first in
  /// order; the batch is then over and the one behind it is next.
  LoadedImages next();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limn::data
