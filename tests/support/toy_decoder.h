// A StepDecoder over a tiny vocabulary whose probabilities depend on the image and on every word
// said so far, through its state: for tests of search.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "limn/core/dispatch.h"
#include "limn/core/generator.h"
#include "limn/decode/step_decoder.h"

namespace limn::test {

struct ToyOptions {
  std::int64_t words = 4;        ///< V
  std::uint64_t seed = 1;        ///< of the probabilities
  double sharpness = 1;          ///< deviation of the logits; 0: uniform
  double impossible = 0;         ///< chance of a word to have probability 0 (the end never has)
  DType dtype = DType::float64;  ///< of the scores
  std::int32_t begin = 0, end = 0;
};

class ToyDecoder : public decode::StepDecoder {
 public:
  explicit ToyDecoder(ToyOptions options) : options_(options) {}

  /// Features of images that a ToyDecoder tells apart.
  static nn::Features images(std::int64_t count, float first = 1) {
    Tensor global(Shape{count, 1});
    for (std::int64_t i = 0; i < count; ++i)
      global.data<float>()[i] = first + static_cast<float>(i);
    return {.global = Variable(global), .regions = {}, .mask = {}};
  }

  std::int64_t vocabulary_size() const override { return options_.words; }
  std::int32_t begin() const override { return options_.begin; }
  std::int32_t end() const override { return options_.end; }

  decode::State start(const nn::Features& features) const override {
    const std::int64_t images = features.images();
    Tensor history(Shape{images, 2}, DType::int32);
    for (std::int64_t row = 0; row < images; ++row) {
      const float image = features.global.value().data<float>()[row];
      put(history, row, philox(options_.seed, static_cast<std::uint64_t>(image * 16)));
    }
    return {.rows = {history, Tensor::zeros(Shape{images}, DType::int32)}};
  }

  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override {
    const auto rows = static_cast<std::int64_t>(words.size());
    ++steps;
    rows_fed += rows;
    const Tensor previous = state.rows.at(0);
    state.rows = {Tensor(previous.shape(), DType::int32), state.rows.at(1).clone()};
    Tensor scores(Shape{rows, options_.words}, options_.dtype);
    for (std::int64_t row = 0; row < rows; ++row) {
      ++state.rows[1].data<std::int32_t>()[row];
      const std::int32_t* said = previous.data<std::int32_t>() + 2 * row;
      std::uint64_t key = 0;
      std::memcpy(&key, said, sizeof key);
      put(state.rows[0], row,
          philox(key, static_cast<std::uint64_t>(words[static_cast<std::size_t>(row)])));
      fill(scores, row, state.rows[0].data<std::int32_t>() + 2 * row);
    }
    return scores;
  }

  mutable std::int64_t steps = 0;     ///< calls of step so far
  mutable std::int64_t rows_fed = 0;  ///< rows of all of them

 private:
  static void put(Tensor& history, std::int64_t row, const std::array<std::uint32_t, 4>& bits) {
    std::memcpy(history.data<std::int32_t>() + 2 * row, bits.data(), 2 * sizeof(std::uint32_t));
  }

  void fill(Tensor& scores, std::int64_t row, const std::int32_t* history) const {
    std::uint64_t seed = 0;
    std::memcpy(&seed, history, sizeof seed);
    Generator generator(seed);
    std::vector<double> logits(static_cast<std::size_t>(options_.words));
    double total = 0;
    for (std::size_t v = 0; v < logits.size(); ++v) {
      logits[v] = options_.sharpness * generator.normal();
      const bool impossible = generator.uniform() < options_.impossible;
      if (impossible && static_cast<std::int32_t>(v) != options_.end) {
        logits[v] = -std::numeric_limits<double>::infinity();
      }
      total += std::exp(logits[v]);
    }
    for_floating(options_.dtype, "ToyDecoder", [&]<class T>() {
      T* of = scores.data<T>() + row * options_.words;
      for (const double logit : logits) *of++ = static_cast<T>(logit - std::log(total));
    });
  }

  ToyOptions options_;
};

/// Gives the same scores at each step whatever the words.
class FixedDecoder : public ToyDecoder {
 public:
  explicit FixedDecoder(Tensor scores) : ToyDecoder({}), scores_(std::move(scores)) {}
  Tensor step(decode::State&, std::span<const std::int32_t>) const override { return scores_; }

 private:
  Tensor scores_;
};

}  // namespace limn::test
