// A beam over all images, step by step: a whole search, or a group of a diverse one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decode/candidates.h"
#include "decode/history.h"
#include "decode/length_score.h"
#include "decode/stepper.h"
#include "decode/word_rules.h"
#include "limn/decode/search.h"

namespace limn::decode {

class Beam {
 public:
  struct Size {
    std::int64_t width = 1;  ///< live hypotheses of an image
    std::int64_t kept = 1;   ///< that are done, of an image
    /// Hypotheses that ended stay, behind all others: groups that follow see what they choose.
    bool lingers = false;
  };
  /// What each image's words cost more: each time a word is named, `diversity`.
  using Discouraged = std::vector<std::vector<std::int32_t>>;

  Beam(Stepper stepper, const StepDecoder& decoder, WordRules& rules, const SearchOptions& options,
       const Size& size);

  bool has_live() const { return !live_.empty(); }
  /// Whether a step may still change the image's results.
  bool open(std::int64_t image) const { return open_[static_cast<std::size_t>(image)] != 0; }
  /// Keeps an image that is not open, for the sake of what it chooses, or no longer.
  void await(std::int64_t image, bool awaited) {
    awaited_[static_cast<std::size_t>(image)] = awaited ? 1 : 0;
  }
  void step(const Discouraged& discouraged = {});
  /// The word at `place` of each hypothesis of the image that the last step kept or finished.
  void choices(std::int64_t image, std::int64_t place, std::vector<std::int32_t>& words) const;
  /// What is done of an image, best first.
  std::vector<Hypothesis> results(std::int64_t image) const;

 private:
  /// A hypothesis that may go on. Those of an image are neighbours, best first.
  struct Live {
    std::int64_t image;
    std::int32_t node;
    double total;  ///< log P less penalties
    bool ended = false;
    std::int64_t row = 0;   ///< of its parent
    std::int32_t word = 0;  ///< its last
  };
  /// One that is done, finished or not.
  struct Done {
    std::int32_t node;
    double score;
    bool finished;
  };
  struct Rows {
    std::size_t begin, end;
  };

  Tensor ranked(const Tensor& scores, const Discouraged& discouraged) const;
  void find_best_words(const Tensor& ranked);
  void propose(std::size_t row, const Tensor& ranked);
  void propose_required(std::size_t row, const Tensor& ranked);
  void continue_image(Rows rows, const Tensor& scores, const Tensor& ranked);
  void take(const Candidate& candidate, const Tensor& scores);
  void conclude(const Live& hypothesis, std::int64_t length, bool finished);
  void prune(std::int64_t image, std::size_t first);
  bool can_win(const Live& live) const;
  void follow();

  const SearchOptions& options_;
  const std::int32_t end_;
  const Size size_;
  const LengthScore score_;
  WordRules& rules_;
  Stepper stepper_;
  History history_;
  std::int64_t said_ = 0;  // words of every live hypothesis
  std::vector<std::vector<Done>> done_;
  std::vector<std::vector<std::int32_t>> chosen_;  // nodes of the last step, if it lingers
  std::vector<std::uint8_t> open_, awaited_;       // of each image
  std::vector<Live> live_, next_;
  std::vector<std::vector<std::int32_t>> words_;  // of each of live_, where a rule asks for them
  Tensor best_scores_, best_words_;               // [rows, width] float64 and int32
  std::vector<Candidate> candidates_;
};

}  // namespace limn::decode
