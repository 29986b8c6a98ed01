// Captions behind the vectors of their images.
#pragma once

#include <cstdint>
#include <vector>

#include "models/ragged_captions.h"

namespace limn::models {

/// Of k >= 1 vectors an image, `before` = k − 1 are read once for all captions of an image: they
/// see no word. The last one stands in place of each caption's first word. The rows of a language
/// model are those of the images, image after image, then the captions.
struct PrefixedCaptions {
  PrefixedCaptions(const RaggedCaptions& words, std::int64_t images, std::int64_t prefix);

  std::int64_t before = 0;
  std::int64_t image_rows = 0;          ///< images · before
  std::vector<std::int64_t> inputs;     ///< of each row, of all vectors followed by all words
  std::vector<std::int64_t> positions;  ///< of each row
  std::vector<std::int64_t> keys;       ///< rows whose keys `spans` are of; empty: all, in order
  std::vector<ops::AttentionSpan> spans;

 private:
  void add_images(std::int64_t images);
  void add_captions(const RaggedCaptions& words, std::int64_t images);
  void see_images(const RaggedCaptions& words, std::int64_t images);
};

/// The rows of an image's first `before` vectors, of `prefix`, for each of `images`.
std::vector<std::int64_t> first_vectors(std::int64_t images, std::int64_t prefix,
                                        std::int64_t before);

}  // namespace limn::models
