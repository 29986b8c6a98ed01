#include "decode/beam.h"

#include <algorithm>

#include "core/check.h"
#include "kernels/top_k.h"
#include "limn/core/dispatch.h"

namespace limn::decode {
namespace {

double value_at(const Tensor& scores, std::int64_t row, std::int32_t word) {
  const std::int64_t at = row * scores.shape()[1] + word;
  return scores.dtype() == DType::float32 ? static_cast<double>(scores.data<float>()[at])
                                          : scores.data<double>()[at];
}

}  // namespace

Beam::Beam(Stepper stepper, const StepDecoder& decoder, WordRules& rules,
           const SearchOptions& options, const Size& size)
    : options_(options),
      end_(decoder.end()),
      size_(size),
      score_{options.length_form, options.length_penalty},
      rules_(rules),
      stepper_(std::move(stepper)),
      done_(static_cast<std::size_t>(stepper_.rows())),
      chosen_(done_.size()),
      open_(done_.size(), 1),
      awaited_(done_.size(), 0) {
  for (std::int64_t image = 0; image < stepper_.rows(); ++image)
    live_.push_back({image, History::kNothingSaid, 0.0});
}

void Beam::step(const Discouraged& discouraged) {
  const Tensor scores = stepper_.step();
  if (options_.attention) history_.attend(stepper_.attention());
  words_.clear();
  if (rules_.look_back_after(said_)) {
    for (const Live& live : live_) words_.push_back(history_.words(live.node));
  }
  const Tensor ranking = ranked(scores, discouraged);
  find_best_words(ranking);
  next_.clear();
  for (std::size_t begin = 0, end = 0; begin < live_.size(); begin = end) {
    while (end < live_.size() && live_[end].image == live_[begin].image) ++end;
    continue_image({begin, end}, scores, ranking);
  }
  live_.swap(next_);
  ++said_;
  follow();
}

Tensor Beam::ranked(const Tensor& scores, const Discouraged& discouraged) const {
  Tensor result = words_.empty() ? scores : rules_.restricted(scores, words_);
  if (discouraged.empty()) return result;
  result = result.dtype() == DType::float64 ? result.clone() : result.to(DType::float64);
  for (std::size_t row = 0; row < live_.size(); ++row) {
    double* of = result.data<double>() + static_cast<std::int64_t>(row) * scores.shape()[1];
    for (const std::int32_t word : discouraged[static_cast<std::size_t>(live_[row].image)])
      of[word] -= options_.diversity;
  }
  return result;
}

void Beam::find_best_words(const Tensor& ranked) {
  const std::int64_t vocabulary = ranked.shape()[1];
  const std::int64_t width = std::min(size_.width, vocabulary);
  const Shape shape{stepper_.rows(), width};
  const kernels::TopK what{stepper_.rows(), vocabulary, width, rules_.excluded_after(said_)};
  Tensor best(shape, ranked.dtype());
  best_words_ = Tensor(shape, DType::int32);
  for_floating(ranked.dtype(), "search", [&]<class T>() {
    const std::int64_t nan =
        kernels::top_k(what, ranked.data<T>(), best.data<T>(), best_words_.data<std::int32_t>());
    refuse_nan(nan, vocabulary, said_);
  });
  best_scores_ = best.to(DType::float64);
}

// The best words of a row, and those that bring it nearer to what is required.
void Beam::propose(std::size_t row, const Tensor& ranked) {
  const auto width = static_cast<std::size_t>(best_words_.shape()[1]);
  const double* scores = best_scores_.data<double>() + row * width;
  const std::int32_t* words = best_words_.data<std::int32_t>() + row * width;
  if (words[0] >= 0) refuse_logits(scores[0], words[0]);
  for (std::size_t i = 0; i < width && words[i] >= 0; ++i)
    candidates_.push_back(
        {static_cast<std::int64_t>(row), words[i], live_[row].total + scores[i], live_[row].ended});
  if (!words_.empty() && !rules_.required().empty() && !live_[row].ended)
    propose_required(row, ranked);
}

void Beam::propose_required(std::size_t row, const Tensor& ranked) {
  const auto at = static_cast<std::int64_t>(row);
  std::vector<std::int32_t> longer = words_[row];
  const auto width = static_cast<std::size_t>(best_words_.shape()[1]);
  const std::int32_t* best = best_words_.data<std::int32_t>() + row * width;
  for (const std::int32_t word : rules_.required().next(longer)) {
    const double score = value_at(ranked, at, word);
    if (std::isinf(score) || std::find(best, best + width, word) != best + width) continue;
    candidates_.push_back({at, word, live_[row].total + score, false});
  }
  for (Candidate& candidate : candidates_) {
    if (candidate.row != at) continue;
    longer.push_back(candidate.word);
    candidate.needed = rules_.required().needed(longer);
    longer.pop_back();
  }
}

void Beam::continue_image(Rows rows, const Tensor& scores, const Tensor& ranked) {
  const std::int64_t image = live_[rows.begin].image;
  const std::size_t first = next_.size();
  candidates_.clear();
  for (std::size_t row = rows.begin; row < rows.end; ++row) propose(row, ranked);
  const auto width = static_cast<std::size_t>(size_.width);
  if (rules_.required().empty()) {
    keep_best(candidates_, width);
  } else {
    keep_by_turns(candidates_, width);
  }
  chosen_[static_cast<std::size_t>(image)].clear();
  for (const Candidate& candidate : candidates_) take(candidate, scores);
  prune(image, first);
  if (next_.size() > first || !done_[static_cast<std::size_t>(image)].empty()) return;
  for (std::size_t row = rows.begin; row < rows.end; ++row) conclude(live_[row], said_, false);
}

void Beam::take(const Candidate& candidate, const Tensor& scores) {
  const Live& parent = live_[static_cast<std::size_t>(candidate.row)];
  const bool ends = candidate.word == end_ && !parent.ended;
  const bool at_limit = said_ + 1 == options_.max_length && options_.at_limit == AtLimit::keep;
  const bool beyond = said_ == options_.max_length;
  if (!ends && beyond && !size_.lingers) return;
  Live child{parent.image,
             history_.add(parent.node, candidate.word,
                          value_at(scores, candidate.row, candidate.word), candidate.row),
             candidate.total,
             parent.ended,
             candidate.row,
             candidate.word};
  if (size_.lingers) chosen_[static_cast<std::size_t>(child.image)].push_back(child.node);
  if (ends || (at_limit && !parent.ended)) conclude(child, said_ + 1, ends);
  if (at_limit || beyond || (ends && !size_.lingers)) return;
  child.ended = child.ended || ends;
  next_.push_back(child);
}

// Keeps the best of an image; of equal ones those that came first. `length` counts the end.
void Beam::conclude(const Live& hypothesis, std::int64_t length, bool finished) {
  const Done done{hypothesis.node, score_(hypothesis.total, length), finished};
  auto& list = done_[static_cast<std::size_t>(hypothesis.image)];
  const auto place = std::upper_bound(list.begin(), list.end(), done,
                                      [](auto& a, auto& b) { return a.score > b.score; });
  list.insert(place, done);
  if (std::ssize(list) > size_.kept) list.pop_back();
}

// Drops what cannot win. Where the kept are simply the best, what falls behind it cannot either;
// elsewhere a hypothesis that cannot win may still take the place of one that can.
void Beam::prune(std::int64_t image, std::size_t first) {
  const auto at = static_cast<std::size_t>(image);
  const auto begin = next_.begin() + static_cast<std::ptrdiff_t>(first);
  if (!size_.lingers && rules_.required().empty()) {
    while (next_.size() > first && !can_win(next_.back())) next_.pop_back();
  } else if (std::none_of(begin, next_.end(), [&](auto& live) { return can_win(live); })) {
    open_[at] = 0;
    if (awaited_[at] == 0) next_.erase(begin, next_.end());
  }
}

// log P of what follows is at most that of `live`.
bool Beam::can_win(const Live& live) const {
  if (live.ended) return false;
  const auto& list = done_[static_cast<std::size_t>(live.image)];
  if (std::ssize(list) < size_.kept) return true;
  const std::int64_t least = std::max(said_ + 1, options_.min_length) + 1;
  return score_.best(live.total, least, options_.max_length + 1) > list.back().score;
}

void Beam::follow() {
  if (live_.empty()) return;
  std::vector<std::int64_t> parents;
  std::vector<std::int32_t> words;
  for (const Live& live : live_) {
    parents.push_back(live.row);
    words.push_back(live.word);
  }
  stepper_.follow(parents, words);
}

void Beam::choices(std::int64_t image, std::int64_t place, std::vector<std::int32_t>& words) const {
  for (const std::int32_t node : chosen_[static_cast<std::size_t>(image)])
    words.push_back(history_.word(node, said_ - 1 - place));
}

std::vector<Hypothesis> Beam::results(std::int64_t image) const {
  std::vector<Hypothesis> result;
  for (const Done& done : done_[static_cast<std::size_t>(image)]) {
    result.push_back(history_.hypothesis(done.node, done.finished));
    result.back().score = done.score;
  }
  return result;
}

}  // namespace limn::decode
