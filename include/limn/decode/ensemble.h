// Several models that search as one.
#pragma once

#include <vector>

#include "limn/decode/step_decoder.h"

namespace limn::decode {

/// What the members' distributions p_k are averaged to, with weights w_k / Σ w:
enum class Averaging {
  probabilities,      ///< p = Σ w_k p_k / Σ w: likely is what one member holds likely
  log_probabilities,  ///< p ∝ Π p_k^(w_k / Σ w): likely is what no member holds unlikely
};

/// A StepDecoder whose distribution is the average of its members', at every step anew. Members
/// must have the same words: as many, the same begin and end.
class Ensemble : public StepDecoder {
 public:
  struct Member {
    const StepDecoder* decoder = nullptr;  ///< must outlive the ensemble
    double weight = 1;                     ///< w > 0
    /// What this member sees of the images, where that differs from what `start` is given.
    nn::Features features = {};
  };

  /// Throws InvalidArgument when members do not fit each other.
  explicit Ensemble(std::vector<Member> members, Averaging averaging = Averaging::probabilities);

  std::int64_t vocabulary_size() const override { return first().vocabulary_size(); }
  std::int32_t begin() const override { return first().begin(); }
  std::int32_t end() const override { return first().end(); }
  /// That of the member that has the least.
  std::int64_t longest() const override;

  /// Throws InvalidArgument when a member has features of another number of images.
  State start(const nn::Features& features) const override;
  /// float64 when a member's scores are, else float32.
  Tensor step(State& state, std::span<const std::int32_t> words) const override;
  /// The weighted mean over the members that attend; undefined when none does, or when they see
  /// different numbers of regions.
  Tensor attention(const State& state) const override;
  State reorder(const State& state, std::span<const std::int64_t> rows) const override;

 private:
  const StepDecoder& first() const { return *members_.front().decoder; }

  std::vector<Member> members_;  // weights sum to 1
  Averaging averaging_;
};

}  // namespace limn::decode
