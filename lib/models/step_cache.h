// The state of a search whose model looks back at its own steps.
#pragma once

#include "limn/decode/step_decoder.h"
#include "limn/nn/multi_head_attention.h"

namespace limn::models {

/// One step of such a search. Nothing is copied when hypotheses are reordered: keys and values stay
/// where their step put them, in State::shared, behind the tensors of the images; State::rows has
/// the image of each row, int32 [rows], which row of each step it descends from, int32 [rows,
/// steps], and where it looked last.
class StepCache {
 public:
  /// The state before the first word. `past`: keys and values [images, H·d] of steps that were made
  /// already, those of all layers for each step.
  static decode::State start(std::int64_t images, std::vector<Tensor> of_images,
                             const std::vector<nn::MultiHeadAttention::Memory>& past = {},
                             std::size_t layers = 1);

  /// Moves `state` on by a step. `of_images`: how many tensors `start` was given; `layers` will
  /// remember something. Rows for which `kept` is 0 are seen by nobody; empty: all are seen.
  StepCache(decode::State& state, std::size_t of_images, std::size_t layers,
            std::span<const std::uint8_t> kept = {});

  /// How many steps came before, those of `past` too.
  std::int64_t before() const { return steps_; }
  /// Which image each row describes.
  std::vector<std::int64_t> images() const;
  /// Keeps keys and values of the next layer, of every row, and returns what that layer sees.
  ops::AttentionSteps remember(const nn::MultiHeadAttention::Memory& memory);
  /// Keeps where the rows look in this step: weights [rows, R].
  void look(Tensor weights);
  /// What `look` kept; undefined before the first step.
  static Tensor last_look(const decode::State& state);

 private:
  decode::State& state_;
  std::size_t of_images_;
  std::size_t layers_;
  std::int64_t steps_;
};

}  // namespace limn::models
