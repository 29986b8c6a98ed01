// Batches of captions, packed; and which photos come when.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limn/core/packing.h"

namespace limn::data {

/// Captions of a batch of B images, for teacher forcing: inputs are begin, w1 … wL, targets are w1
/// … wL, end. Rows are sorted by falling length and packed step by step; N is the number of
/// targets.
struct CaptionBatch {
  Packing packing;                    ///< of the lengths L + 1
  std::vector<std::int32_t> inputs;   ///< [N]
  std::vector<std::int32_t> targets;  ///< [N]
  std::vector<std::int64_t> images;   ///< [rows] which of the B images a row describes
  std::vector<std::int64_t> order;    ///< [rows] which of the captions given a row is

  std::int64_t rows() const { return packing.sequences(); }
  std::int64_t words() const { return packing.total(); }
};

/// A caption by its word ids, without begin and end; may be empty.
struct EncodedCaption {
  std::int64_t image = 0;  ///< in [0, B)
  std::vector<std::int32_t> words = {};
};

/// Packs captions; equal lengths keep their order. Throws InvalidArgument for an image below 0.
CaptionBatch pack_captions(std::span<const EncodedCaption> captions, std::int32_t begin,
                           std::int32_t end);

/// The order of a training: every epoch visits every image once, shuffled by (seed, epoch) alone,
/// so any epoch can be made again. Batches have `batch` >= 1 images, the last one those left over.
/// Throws InvalidArgument for a size or an epoch out of range.
std::vector<std::vector<std::int64_t>> epoch_batches(std::int64_t images, std::int64_t batch,
                                                     std::uint64_t seed, std::int64_t epoch);
/// 0, 1, … images − 1 in batches.
std::vector<std::vector<std::int64_t>> ordered_batches(std::int64_t images, std::int64_t batch);

}  // namespace limn::data
