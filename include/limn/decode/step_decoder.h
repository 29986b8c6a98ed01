// The interface between search and captioners: initial state, one step, reorder.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "limn/nn/features.h"

namespace limn::decode {

/// What a model remembers of the words so far, and of the images.
struct State {
  /// Tensors whose leading axis is the row (a hypothesis).
  std::vector<Tensor> rows = {};
  /// Tensors that stay as they are when rows are gathered, whatever their axes: of the images
  /// (attention keys and values), of steps that were made. What in them belongs to a row, its image
  /// or the rows it descends from, is kept in `rows` as numbers. A step adds tensors and changes
  /// none: states that share them go on by themselves.
  std::vector<Tensor> shared = {};
};

/// One word at a time: h_i = f(h_{i-1}, s_{i-1}, v) and p(s_i | s_<i, I) = softmax(…h_i…).
/// Search (greedy, beam, sampling) knows only this.
class StepDecoder {
 public:
  virtual ~StepDecoder() = default;

  /// V, the number of words a step scores.
  virtual std::int64_t vocabulary_size() const = 0;
  /// The state before the first word: one row for each of the B images.
  virtual State start(const nn::Features& features) const = 0;
  /// Feeds the previous word of each row (`begin()` at first) and returns log P(next word | words
  /// so far, I), natural logarithm, float32 or float64 [rows, V]. `state` moves on. Models and
  /// their weights must stay as they are from `start` to the end of the search.
  virtual Tensor step(State& state, std::span<const std::int32_t> words) const = 0;
  /// The weights of the regions in the last step [rows, R], float32 or float64; undefined: the
  /// model does not attend to regions, or made no step yet.
  virtual Tensor attention(const State& state) const;
  /// Row i of the result is row `rows[i]` of `state`; rows may repeat. Default: gathers every
  /// tensor of `rows` and shares `shared`.
  virtual State reorder(const State& state, std::span<const std::int64_t> rows) const;

  /// Words of the longest caption that it can end, the end not counted; a search for longer ones is
  /// refused. Default: there is no limit.
  virtual std::int64_t longest() const { return std::numeric_limits<std::int64_t>::max(); }
  /// The word fed before the first one.
  virtual std::int32_t begin() const = 0;
  /// The word that ends a caption.
  virtual std::int32_t end() const = 0;
};

}  // namespace limn::decode
