// Which captions of which photos a step reads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limn/data/batch.h"
#include "limn/text/vocabulary.h"
#include "limn/train/photo.h"
#include "limn/train/recipe.h"

namespace limn::train {

/// The streams of random numbers that a training forks off its seed.
enum Stream : std::uint64_t { kWeights = 1, kEncoderWeights = 2, kDropout = 3, kCaptions = 4 };

/// For each photo its captions as word ids, cut after `max_length` words.
std::vector<std::vector<std::vector<std::int32_t>>> encode_captions(
    const std::vector<Photo>& photos, const text::Vocabulary& vocabulary, std::int64_t max_length);

/// The captions of a step over the photos `items`: all of them, or some drawn by (seed, epoch,
/// photo) alone.
std::vector<data::EncodedCaption> captions_of_epoch(
    const std::vector<std::vector<std::vector<std::int32_t>>>& encoded,
    std::span<const std::int64_t> items, const Recipe::Train& options, std::int64_t epoch);

}  // namespace limn::train
