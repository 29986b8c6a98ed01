#include "limn/decode/sample.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/check.h"
#include "decode/history.h"
#include "decode/stepper.h"
#include "decode/word_rules.h"
#include "kernels/draw.h"
#include "kernels/top_k.h"
#include "limn/core/dispatch.h"

namespace limn::decode {
namespace {

void check(const SampleOptions& options) {
  require(options.samples >= 1, "sample: samples must be at least 1; got {}", options.samples);
  require(options.temperature > 0 && std::isfinite(options.temperature),
          "sample: temperature must be above 0 and finite; got {}", options.temperature);
  require(options.top_k >= 0, "sample: top_k must be at least 0; got {}", options.top_k);
  require(options.nucleus > 0 && options.nucleus <= 1, "sample: nucleus must be in (0, 1]; got {}",
          options.nucleus);
}

class Sampler {
 public:
  Sampler(const StepDecoder& decoder, const nn::Features& features, Generator& generator,
          const SampleOptions& options);
  std::vector<std::vector<Hypothesis>> run();

 private:
  struct Drawn {
    std::int32_t node = History::kNothingSaid;
    bool finished = false;
  };
  /// A hypothesis that goes on, the stepper's row that says how, and what was drawn for it.
  struct Live {
    std::int64_t hypothesis;
    std::int64_t row;
    std::int32_t word = -1;
    double log_probability = 0;
  };

  void step();
  Tensor restricted(const Tensor& scores) const;
  template <class T>
  void draw_words(const Tensor& scores);
  template <class T>
  Tensor best_words(const Tensor& scores, Tensor& best);
  bool take(const Live& live);

  const SampleOptions& options_;
  const std::int32_t end_;
  const std::int64_t vocabulary_;
  WordRules rules_;
  Stepper stepper_;
  std::int64_t said_ = 0;  // words of every live hypothesis
  History history_;
  std::vector<Drawn> all_;             // those of an image are neighbours
  std::vector<Generator> generators_;  // of each
  std::vector<Live> live_;
};

Sampler::Sampler(const StepDecoder& decoder, const nn::Features& features, Generator& generator,
                 const SampleOptions& options)
    : options_(options),
      end_(decoder.end()),
      vocabulary_(decoder.vocabulary_size()),
      rules_(decoder, {options.min_length, options.max_length, true}, options.forbidden,
             options.rules),
      stepper_(decoder, features),
      all_(static_cast<std::size_t>(features.images() * options.samples)) {
  const std::uint64_t first = generator.reserve(all_.size());
  for (std::size_t i = 0; i < all_.size(); ++i) {
    generators_.push_back(generator.fork(first + i));
    const auto hypothesis = static_cast<std::int64_t>(i);
    live_.push_back({hypothesis, hypothesis / options.samples});
  }
}

std::vector<std::vector<Hypothesis>> Sampler::run() {
  while (!live_.empty()) step();
  std::vector<std::vector<Hypothesis>> result(all_.size() /
                                              static_cast<std::size_t>(options_.samples));
  for (std::size_t i = 0; i < all_.size(); ++i) {
    Hypothesis hypothesis = history_.hypothesis(all_[i].node, all_[i].finished);
    hypothesis.score = hypothesis.log_probability;
    result[i / static_cast<std::size_t>(options_.samples)].push_back(std::move(hypothesis));
  }
  return result;
}

void Sampler::step() {
  const Tensor scores = restricted(stepper_.step());
  if (options_.attention) history_.attend(stepper_.attention());
  for_floating(scores.dtype(), "sample", [&]<class T>() { draw_words<T>(scores); });
  std::erase_if(live_, [&](const Live& live) { return !take(live); });
  ++said_;
  if (live_.empty()) return;
  std::vector<std::int64_t> parents;
  std::vector<std::int32_t> words;
  for (Live& live : live_) {
    words.push_back(live.word);
    parents.push_back(std::exchange(live.row, static_cast<std::int64_t>(parents.size())));
  }
  stepper_.follow(parents, words);
}

// Without what no row may say after what it said; in the first step all rows said nothing.
Tensor Sampler::restricted(const Tensor& scores) const {
  if (!rules_.look_back_after(said_)) return scores;
  std::vector<std::vector<std::int32_t>> said(static_cast<std::size_t>(stepper_.rows()));
  for (const Live& live : live_) {
    said[static_cast<std::size_t>(live.row)] =
        history_.words(all_[static_cast<std::size_t>(live.hypothesis)].node);
  }
  return rules_.restricted(scores, said);
}

// The words a row may draw from are its best `top_k`; else the best one is looked at, for errors.
template <class T>
Tensor Sampler::best_words(const Tensor& scores, Tensor& best) {
  Tensor words(best.shape(), DType::int32);
  const std::int64_t width = best.shape()[1];
  const kernels::TopK what{stepper_.rows(), vocabulary_, width, rules_.excluded_after(said_)};
  refuse_nan(kernels::top_k(what, scores.data<T>(), best.data<T>(), words.data<std::int32_t>()),
             vocabulary_, said_);
  for (std::int64_t row = 0; row < stepper_.rows(); ++row) {
    const std::int32_t word = words.data<std::int32_t>()[row * width];
    if (word >= 0) refuse_logits(static_cast<double>(best.data<T>()[row * width]), word);
  }
  return words;
}

template <class T>
void Sampler::draw_words(const Tensor& scores) {
  const bool truncated = options_.top_k > 0;
  const std::int64_t width = truncated ? std::min(options_.top_k, vocabulary_) : 1;
  Tensor best(Shape{stepper_.rows(), width}, scores.dtype());
  const Tensor words = best_words<T>(scores, best);
  std::vector<double> uniform;
  std::vector<std::int64_t> rows;
  for (const Live& live : live_) {
    uniform.push_back(generators_[static_cast<std::size_t>(live.hypothesis)].uniform());
    rows.push_back(live.row);
  }
  const kernels::Draw what{truncated ? width : vocabulary_, options_.temperature, options_.nucleus,
                           truncated ? nullptr : rules_.excluded_after(said_)};
  std::vector<std::int32_t> drawn(live_.size());
  kernels::draw(what, truncated ? best.data<T>() : scores.data<T>(),
                static_cast<std::int64_t>(live_.size()), rows.data(), uniform.data(), drawn.data());
  for (std::size_t i = 0; i < live_.size(); ++i) {
    Live& live = live_[i];
    live.word = drawn[i] >= 0 && truncated ? words.data<std::int32_t>()[live.row * width + drawn[i]]
                                           : drawn[i];
    if (live.word >= 0)
      live.log_probability =
          static_cast<double>(scores.data<T>()[live.row * vocabulary_ + live.word]);
  }
}

// Whether the hypothesis goes on.
bool Sampler::take(const Live& live) {
  if (live.word < 0) return false;
  Drawn& drawn = all_[static_cast<std::size_t>(live.hypothesis)];
  drawn.node = history_.add(drawn.node, live.word, live.log_probability, live.row);
  drawn.finished = live.word == end_;
  return !drawn.finished && said_ + 1 < options_.max_length;
}

}  // namespace

std::vector<std::vector<Hypothesis>> sample(const StepDecoder& decoder,
                                            const nn::Features& features, Generator& generator,
                                            const SampleOptions& options) {
  check(options);
  return Sampler(decoder, features, generator, options).run();
}

}  // namespace limn::decode
