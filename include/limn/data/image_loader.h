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
  Tensor pictures;                  ///< uint8 [items, side, side, 3]
  struct Failure {
    std::int64_t item;
    std::string error;
  };
  std::vector<Failure> failures;
};

/// Calls `load` for every item of every batch on background threads, at most `ahead` batches before
/// they are asked for, and hands out the batches in order.
class ImageLoader {
 public:
  /// `load` gives a uint8 picture, all of one size; it is called from several threads at once. What
  /// it throws as limn::Error becomes a Failure, anything else is thrown by `next`.
  ImageLoader(std::vector<std::vector<std::int64_t>> batches,
              std::function<Tensor(std::int64_t item)> load, int threads = 2, int ahead = 4);
  /// Waits for the threads; what they were to load is dropped.
  ~ImageLoader();
  ImageLoader(const ImageLoader&) = delete;
  ImageLoader& operator=(const ImageLoader&) = delete;

  bool done() const;
  /// The next batch. Throws InvalidArgument when there is none left.
  LoadedImages next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limn::data
