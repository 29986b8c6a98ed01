#include "models/prefixed_captions.h"

namespace limn::models {

std::vector<std::int64_t> first_vectors(std::int64_t images, std::int64_t prefix,
                                        std::int64_t before) {
  std::vector<std::int64_t> rows;
  for (std::int64_t b = 0; b < images; ++b)
    for (std::int64_t j = 0; j < before; ++j) rows.push_back(b * prefix + j);
  return rows;
}

PrefixedCaptions::PrefixedCaptions(const RaggedCaptions& words, std::int64_t images,
                                   std::int64_t prefix)
    : before(prefix - 1), image_rows(images * before) {
  add_images(images);
  add_captions(words, images);
  spans = words.captions;
  if (before > 0) see_images(words, images);
}

void PrefixedCaptions::add_images(std::int64_t images) {
  inputs = first_vectors(images, before + 1, before);
  for (std::int64_t row = 0; row < image_rows; ++row) positions.push_back(row % before);
}

void PrefixedCaptions::add_captions(const RaggedCaptions& words, std::int64_t images) {
  const std::int64_t vectors = images * (before + 1);
  for (std::size_t c = 0; c < words.captions.size(); ++c) {
    const std::int64_t first = words.captions[c].q_begin;
    inputs.push_back(words.images()[c] * (before + 1) + before);
    positions.push_back(before);
    for (std::int64_t t = 1; t < words.captions[c].q_count; ++t) {
      inputs.push_back(vectors + first + t);
      positions.push_back(before + t);
    }
  }
}

void PrefixedCaptions::see_images(const RaggedCaptions& words, std::int64_t images) {
  spans.clear();
  const auto see = [&](std::int64_t begin, std::int64_t count) {
    for (std::int64_t row = begin; row < begin + count; ++row) keys.push_back(row);
  };
  for (std::int64_t b = 0; b < images; ++b)
    spans.push_back({b * before, before, b * before, before});
  see(0, image_rows);
  for (std::size_t c = 0; c < words.captions.size(); ++c) {
    const std::int64_t begin = image_rows + words.captions[c].q_begin;
    const std::int64_t count = words.captions[c].q_count;
    spans.push_back({begin, count, std::ssize(keys), before + count});
    see(words.images()[c] * before, before);
    see(begin, count);
  }
}

}  // namespace limn::models
