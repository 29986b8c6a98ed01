// Captioners that go word by word: teacher forcing and search out of one step.
#pragma once

#include <vector>

#include "limn/models/captioner.h"
#include "limn/nn/linear.h"

namespace limn::models {

/// Base of the models whose step cannot be taken for all words at once, because it looks at the
/// image anew each time: h_i = f(h_{i-1}, s_{i-1}, v) with v that depends on h_{i-1}. A model says
/// what it keeps of the images, how it starts and what one step does; both views of P(S | I) are
/// made of that here, once.
class StepwiseCaptioner : public Captioner {
 public:
  const CaptionerSizes& sizes() const override { return sizes_; }
  Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                            const LikelihoodOptions& options, const nn::Pass& pass) const override;
  decode::State start(const nn::Features& features) const override;
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override;
  Tensor attention(const decode::State& state) const override;

 protected:
  explicit StepwiseCaptioner(const CaptionerSizes& sizes) : sizes_(sizes) {}

  /// What is computed once for the images, whatever is said of them.
  struct Memory {
    std::vector<Variable> parts;  ///< with leading axis B
    Tensor mask;                  ///< uint8 [B, R], 1 = the region exists; undefined: all do
    bool draws = false;           ///< hard attention: whether steps draw regions in this pass
  };
  /// What a step makes of M rows.
  struct Step {
    Variable output;              ///< [M, D], what the output layer reads
    std::vector<Variable> state;  ///< [M, ...] each, as `initial_state` has them
    Variable attention = {};      ///< [M, R], undefined: none
    Variable extra = {};          ///< for `penalty`
  };
  /// A whole teacher-forced pass: steps[t] has the rows that `batch.packing` has at step t.
  struct Trace {
    const data::CaptionBatch& batch;
    std::vector<Step> steps;
    Tensor log_probabilities;  ///< of the targets [N], packed
  };

  virtual Memory look(const nn::Features& features, const nn::Pass& pass) const = 0;
  /// Of each image, [B, ...].
  virtual std::vector<Variable> initial_state(const Memory& memory, const nn::Pass& pass) const = 0;
  /// What steps read of words, for all of a batch at once: [N, ...]. A row is of its word alone,
  /// not of the word's place: a search asks once for each word.
  virtual Variable read(std::span<const std::int32_t> words, const nn::Pass& pass) const = 0;
  /// One step: row m describes image images[m] and reads x [M, ...].
  virtual Step advance(const Memory& memory, std::span<const std::int64_t> images,
                       const Variable& x, const std::vector<Variable>& state,
                       const nn::Pass& pass) const = 0;
  virtual const nn::Linear& output_layer() const = 0;
  /// See Likelihood::penalty; only asked for where that is wanted. There is a step or more.
  virtual Variable penalty(const Memory& memory, const Trace& trace) const;

  /// The regions [B, R, F] of `features`. Throws InvalidArgument, in the name of the architecture,
  /// when there are none or their width is another than the model was built for.
  const Variable& regions_of(const nn::Features& features) const;
  /// dropout(relu(layer(v))) of the regions v, zero where there is none; what a masked region holds
  /// has no influence. Throws as `regions_of` does.
  Variable embedded_regions(const nn::Features& features, const nn::Linear& layer, double dropout,
                            const nn::Pass& pass) const;
  /// The global features [B, F]; where there are none, or of another width than the regions, the
  /// mean of the regions that exist.
  Variable global_of(const nn::Features& features) const;
  /// The same when `width` is 0; else the global features [B, width], which must be there.
  Variable global_of(const nn::Features& features, std::int64_t width) const;

 private:
  CaptionerSizes sizes_;
};

}  // namespace limn::models
