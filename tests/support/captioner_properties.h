// What must hold of every captioner, whatever its architecture.
#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "limn/decode/search.h"
#include "limn/models/captioner.h"
#include "support/catch.h"
#include "support/gradients.h"
#include "support/naive_search.h"

namespace limn::test {

/// Random captions of a toy vocabulary: `images` images with two captions each, of 0 to 5 words.
inline data::CaptionBatch toy_captions(const models::Captioner& captioner, std::int64_t images,
                                       std::uint64_t seed) {
  Generator generator(seed);
  std::vector<data::EncodedCaption> captions;
  for (std::int64_t i = 0; i < 2 * images; ++i) {
    data::EncodedCaption caption{.image = i / 2, .words = {}};
    for (std::int64_t length = generator.below(6); length > 0; --length) {
      std::int32_t word = captioner.end();
      while (word == captioner.end())
        word = static_cast<std::int32_t>(generator.below(captioner.vocabulary_size()));
      caption.words.push_back(word);
    }
    captions.push_back(caption);
  }
  return data::pack_captions(captions, captioner.begin(), captioner.end());
}

/// Row `image` of the features alone.
inline nn::Features one_image(const nn::Features& features, std::int64_t image) {
  const auto row = [&](const Variable& all) {
    return all.defined() ? Variable(all.value().rows(image, image + 1).clone()) : Variable();
  };
  return {
      .global = row(features.global),
      .regions = row(features.regions),
      .mask = features.mask.defined() ? features.mask.rows(image, image + 1).clone() : Tensor()};
}

/// The two views: log P of each word under teacher forcing is that of the step decoder.
inline void require_two_views_agree(const models::Captioner& captioner,
                                    const nn::Features& features, double tolerance) {
  const NoGradGuard guard;
  const data::CaptionBatch batch = toy_captions(captioner, features.images(), 7);
  const Tensor forced =
      captioner.log_likelihood(features, batch, {}, {}).log_probabilities.to(DType::float64);
  for (std::int64_t row = 0; row < batch.rows(); ++row) {
    const nn::Features image = one_image(features, batch.images[static_cast<std::size_t>(row)]);
    decode::State state = captioner.start(image);
    for (std::int64_t t = 0; t < batch.packing.length(row); ++t) {
      const auto n = static_cast<std::size_t>(batch.packing.offset(t) + row);
      const Tensor scores = captioner.step(state, std::vector{batch.inputs[n]}).to(DType::float64);
      const double stepped = scores.data<double>()[batch.targets[n]];
      INFO("row " << row << ", step " << t);
      REQUIRE(std::abs(stepped - forced.data<double>()[n]) <= tolerance);
    }
  }
}

/// Σ P(S | I) over all captions of at most `length` words, plus the mass of those that go on, is 1.
inline void require_sums_to_one(const models::Captioner& captioner, const nn::Features& features,
                                std::int64_t length, double tolerance) {
  const NoGradGuard guard;
  const std::function<double(const decode::State&, std::int32_t, std::int64_t)> mass =
      [&](const decode::State& before, std::int32_t word, std::int64_t left) {
        decode::State state = before;
        const Tensor scores = captioner.step(state, std::vector{word}).to(DType::float64);
        double sum = 0;
        for (std::int32_t next = 0; next < captioner.vocabulary_size(); ++next) {
          const double p = std::exp(scores.data<double>()[next]);
          const bool ends = next == captioner.end() || left == 0;
          sum += ends ? p : p * mass(state, next, left - 1);
        }
        return sum;
      };
  for (std::int64_t image = 0; image < features.images(); ++image) {
    const decode::State start = captioner.start(one_image(features, image));
    REQUIRE(std::abs(mass(start, captioner.begin(), length) - 1) <= tolerance);
  }
}

/// A beam as wide as all beginnings finds the most probable caption, and beam 1 is greedy.
inline void require_search_is_exact(const models::Captioner& captioner,
                                    const nn::Features& features, std::int64_t length) {
  decode::SearchOptions options{.beam = 1, .max_length = length};
  const auto greedy = decode::greedy(captioner, features, options);
  const auto narrow = decode::beam_search(captioner, features, options);
  options.beam =
      static_cast<int>(std::pow(static_cast<double>(captioner.vocabulary_size()), length));
  const auto wide = decode::beam_search(captioner, features, options);
  for (std::int64_t image = 0; image < features.images(); ++image) {
    const auto i = static_cast<std::size_t>(image);
    REQUIRE(narrow[i].front().words == greedy[i].words);
    const auto all = all_captions(captioner, one_image(features, image), options);
    REQUIRE(wide[i].front().words == all.front().words);
    REQUIRE(wide[i].front().log_probability == Approx(all.front().log_probability).margin(1e-4));
  }
}

/// The analytic gradient of Σ log P by every parameter against central differences, in double.
/// Looks at `elements` elements of each parameter. Changes the parameters to float64.
inline void require_gradients_hold(models::Captioner& captioner, const nn::Features& features,
                                   std::int64_t elements) {
  const data::CaptionBatch batch = toy_captions(captioner, features.images(), 3);
  models::LikelihoodOptions options{.weights = {}, .label_smoothing = 0.1};
  Generator generator(5);
  for (std::int64_t n = 0; n < batch.words(); ++n)
    options.weights.push_back(static_cast<float>(2 * generator.uniform() - 1));
  require_gradients_of(
      captioner.parameters(),
      [&] { return captioner.log_likelihood(features, batch, options, {}).total; }, elements);
}

/// A batch of many gives what batches of one give.
inline void require_batch_does_not_matter(const models::Captioner& captioner,
                                          const nn::Features& features) {
  const NoGradGuard guard;
  const std::vector<std::int32_t> begin(static_cast<std::size_t>(features.images()),
                                        captioner.begin());
  decode::State all = captioner.start(features);
  const Tensor together = captioner.step(all, begin);
  for (std::int64_t image = 0; image < features.images(); ++image) {
    decode::State state = captioner.start(one_image(features, image));
    const Tensor alone = captioner.step(state, std::vector{captioner.begin()});
    for (std::int64_t v = 0; v < captioner.vocabulary_size(); ++v) {
      REQUIRE(alone.to(DType::float64).data<double>()[v] ==
              Approx(together.rows(image, image + 1).clone().to(DType::float64).data<double>()[v])
                  .margin(1e-5));
    }
  }
}

}  // namespace limn::test
