#include <algorithm>
#include <cmath>
#include <span>

#include "core/check.h"
#include "decode/history.h"
#include "decode/stepper.h"
#include "decode/word_rules.h"
#include "kernels/top_k.h"
#include "limn/core/dispatch.h"
#include "limn/decode/search.h"

namespace limn::decode {
namespace {

/// A hypothesis that may go on. Those of an image are neighbours, best first.
struct Live {
  std::int64_t image;
  std::int32_t node;
  double log_probability;
};

/// One that is done, finished or not.
struct Done {
  std::int32_t node;
  double score;
  bool finished;
};

/// Row `row` continued with `word`.
struct Candidate {
  std::int64_t row;
  std::int32_t word;
  double word_log_probability;
  double log_probability;
};

bool better(const Candidate& a, const Candidate& b) {
  if (a.log_probability != b.log_probability) return a.log_probability > b.log_probability;
  return a.word != b.word ? a.word < b.word : a.row < b.row;
}

class BeamSearch {
 public:
  BeamSearch(const StepDecoder& decoder, const nn::Features& features,
             const SearchOptions& options);
  std::vector<std::vector<Hypothesis>> run();

 private:
  struct Rows {
    std::size_t begin, end;
  };

  void step();
  void find_best_words(const Tensor& scores);
  void merge(Rows rows);
  void continue_image(Rows rows);
  void take(const Candidate& candidate);
  void conclude(const Live& hypothesis, std::int64_t length, bool finished);
  double score(double log_probability, std::int64_t length) const;
  bool can_win(const Live& live) const;

  const SearchOptions& options_;
  const std::int32_t end_;
  WordRules rules_;
  Stepper stepper_;
  History history_;
  std::int64_t said_ = 0;  // words of every live hypothesis
  std::vector<std::vector<Done>> done_;
  std::vector<Live> live_, next_;
  std::vector<std::int64_t> parents_;  // rows of next_ in live_
  std::vector<std::int32_t> words_;    // the word of each of next_
  std::int64_t width_;                 // candidates of a row
  Tensor best_scores_, best_words_;    // [rows, width_] float64 and int32
  std::vector<Candidate> candidates_;
};

BeamSearch::BeamSearch(const StepDecoder& decoder, const nn::Features& features,
                       const SearchOptions& options)
    : options_(options),
      end_(decoder.end()),
      rules_(decoder, {options.min_length, options.max_length}, options.forbidden),
      stepper_(decoder, features),
      done_(static_cast<std::size_t>(features.images())),
      width_(std::min<std::int64_t>(options.beam, decoder.vocabulary_size())) {
  for (std::int64_t image = 0; image < features.images(); ++image) {
    live_.push_back({image, History::kNothingSaid, 0.0});
  }
}

std::vector<std::vector<Hypothesis>> BeamSearch::run() {
  while (!live_.empty()) step();
  std::vector<std::vector<Hypothesis>> result(done_.size());
  for (std::size_t image = 0; image < done_.size(); ++image) {
    for (const Done& done : done_[image]) {
      result[image].push_back(history_.hypothesis(done.node, done.finished));
      result[image].back().score = done.score;
    }
  }
  return result;
}

void BeamSearch::step() {
  find_best_words(stepper_.step());
  next_.clear();
  parents_.clear();
  words_.clear();
  for (std::size_t begin = 0, end = 0; begin < live_.size(); begin = end) {
    while (end < live_.size() && live_[end].image == live_[begin].image) ++end;
    continue_image({begin, end});
  }
  live_.swap(next_);
  ++said_;
  if (!live_.empty()) stepper_.follow(parents_, words_);
}

void BeamSearch::find_best_words(const Tensor& scores) {
  const std::int64_t vocabulary = scores.shape()[1];
  const Shape shape{stepper_.rows(), width_};
  const kernels::TopK what{stepper_.rows(), vocabulary, width_, rules_.excluded_after(said_)};
  Tensor best(shape, scores.dtype());
  best_words_ = Tensor(shape, DType::int32);
  for_floating(scores.dtype(), "search", [&]<class T>() {
    const std::int64_t nan =
        kernels::top_k(what, scores.data<T>(), best.data<T>(), best_words_.data<std::int32_t>());
    refuse_nan(nan, vocabulary, said_);
  });
  best_scores_ = best.to(DType::float64);
}

// The best `beam` continuations of the image's hypotheses.
void BeamSearch::merge(Rows rows) {
  candidates_.clear();
  const auto width = static_cast<std::size_t>(width_);
  for (std::size_t row = rows.begin; row < rows.end; ++row) {
    const double* scores = best_scores_.data<double>() + row * width;
    const std::int32_t* words = best_words_.data<std::int32_t>() + row * width;
    if (words[0] >= 0) refuse_logits(scores[0], words[0]);
    for (std::size_t i = 0; i < width && words[i] >= 0; ++i) {
      candidates_.push_back({static_cast<std::int64_t>(row), words[i], scores[i],
                             live_[row].log_probability + scores[i]});
    }
  }
  const auto kept = std::min(candidates_.size(), static_cast<std::size_t>(options_.beam));
  std::partial_sort(candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(kept),
                    candidates_.end(), better);
  candidates_.resize(kept);
}

void BeamSearch::continue_image(Rows rows) {
  const std::size_t first = next_.size();
  merge(rows);
  for (const Candidate& candidate : candidates_) take(candidate);
  while (next_.size() > first && !can_win(next_.back())) next_.pop_back();
  parents_.resize(next_.size());
  words_.resize(next_.size());
  const auto image = static_cast<std::size_t>(live_[rows.begin].image);
  if (next_.size() > first || !done_[image].empty()) return;
  for (std::size_t row = rows.begin; row < rows.end; ++row) conclude(live_[row], said_, false);
}

void BeamSearch::take(const Candidate& candidate) {
  const Live& parent = live_[static_cast<std::size_t>(candidate.row)];
  const bool ends = candidate.word == end_;
  const bool at_limit = said_ + 1 == options_.max_length && options_.at_limit == AtLimit::keep;
  if (!ends && said_ == options_.max_length) return;
  const Live child{parent.image,
                   history_.add(parent.node, candidate.word, candidate.word_log_probability),
                   candidate.log_probability};
  if (ends || at_limit) {
    conclude(child, said_ + 1, ends);
  } else {
    next_.push_back(child);
    parents_.push_back(candidate.row);
    words_.push_back(candidate.word);
  }
}

// Keeps the `n_best` best of an image; of equal ones those that came first. `length` counts the
// end.
void BeamSearch::conclude(const Live& hypothesis, std::int64_t length, bool finished) {
  const Done done{hypothesis.node, score(hypothesis.log_probability, length), finished};
  auto& list = done_[static_cast<std::size_t>(hypothesis.image)];
  const auto place = std::upper_bound(list.begin(), list.end(), done,
                                      [](auto& a, auto& b) { return a.score > b.score; });
  list.insert(place, done);
  if (list.size() > static_cast<std::size_t>(options_.n_best)) list.pop_back();
}

double BeamSearch::score(double log_probability, std::int64_t length) const {
  if (options_.length_penalty == 0) return log_probability;
  const auto counted = static_cast<double>(std::max<std::int64_t>(length, 1));
  return log_probability / std::pow(counted, options_.length_penalty);
}

// log P of what follows is at most that of `live`, so its score is at most this log P at the most
// favourable length; the score is monotonic in the length, so that is the least or the greatest.
bool BeamSearch::can_win(const Live& live) const {
  const auto& list = done_[static_cast<std::size_t>(live.image)];
  if (list.size() < static_cast<std::size_t>(options_.n_best)) return true;
  const std::int64_t least = std::max(said_ + 1, options_.min_length) + 1;
  const double reachable = std::max(score(live.log_probability, least),
                                    score(live.log_probability, options_.max_length + 1));
  return reachable > list.back().score;
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(const StepDecoder& decoder,
                                                 const nn::Features& features,
                                                 const SearchOptions& options) {
  require(options.beam >= 1, "search: beam must be at least 1; got {}", options.beam);
  require(1 <= options.n_best && options.n_best <= options.beam,
          "search: n_best must be in [1, beam = {}]; got {}", options.beam, options.n_best);
  require(std::isfinite(options.length_penalty), "search: length_penalty must be finite; got {}",
          options.length_penalty);
  return BeamSearch(decoder, features, options).run();
}

std::vector<Hypothesis> greedy(const StepDecoder& decoder, const nn::Features& features,
                               const SearchOptions& options) {
  SearchOptions one = options;
  one.beam = one.n_best = 1;
  std::vector<Hypothesis> result;
  for (auto& best : beam_search(decoder, features, one)) result.push_back(std::move(best.front()));
  return result;
}

}  // namespace limn::decode
