#include "limn/decode/sample_distinct.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/check.h"
#include "decode/history.h"
#include "decode/stepper.h"
#include "decode/word_rules.h"

namespace limn::decode {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

/// A beginning or, `done`, a caption.
struct Perturbed {
  std::int64_t image;
  std::int32_t node;
  double log_probability;  ///< φ, after temperature
  double perturbed;        ///< G
  bool done = false;
  bool finished = false;
  std::int64_t row = 0;   ///< of its parent
  std::int32_t word = 0;  ///< its last
};

// log(1 − exp(x)) of x <= 0.
double log_one_less_exp(double x) {
  return x > -0.693 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}

// −log(exp(−G) − exp(−Z) + exp(−value)), of value <= Z.
double conditioned(double value, double greatest, double parent) {
  const double v = parent - value + log_one_less_exp(value - greatest);
  return parent - std::max(v, 0.0) - std::log1p(std::exp(-std::abs(v)));
}

double gumbel(Generator& generator) {
  return -std::log(-std::log(std::max(generator.uniform(), 0x1p-54)));
}

// The `most` of the greatest G from place `first` on, greatest first.
void keep_greatest(std::vector<Perturbed>& list, std::size_t first, int most) {
  const auto begin = list.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + std::min<std::ptrdiff_t>(list.end() - begin, most);
  std::partial_sort(begin, end, list.end(), [](const Perturbed& a, const Perturbed& b) {
    if (a.perturbed != b.perturbed) return a.perturbed > b.perturbed;
    return a.row != b.row ? a.row < b.row : a.word < b.word;
  });
  list.erase(end, list.end());
}

class DistinctSampler {
 public:
  DistinctSampler(const StepDecoder& decoder, const nn::Features& features, Generator& generator,
                  const DistinctOptions& options);
  std::vector<std::vector<Hypothesis>> run();

 private:
  void step();
  Tensor restricted(const Tensor& scores) const;
  /// φ of the row's words and their beginning; −∞ of those that may not come.
  void distribution(std::int64_t row, const Tensor& scores);
  void propose(std::int64_t row);
  void keep(const Tensor& scores);
  void follow();

  const DistinctOptions& options_;
  const std::int32_t end_;
  WordRules rules_;
  Stepper stepper_;
  History history_;
  std::int64_t said_ = 0;                        // words of every beginning
  std::vector<Generator> generators_;            // of each image
  std::vector<Perturbed> live_;                  // beginnings, those of an image are neighbours
  std::vector<std::vector<Perturbed>> kept_;     // of each image, captions among them
  std::vector<std::vector<Perturbed>> offered_;  // of each image, continuations with no node yet
  std::vector<double> words_;
};

DistinctSampler::DistinctSampler(const StepDecoder& decoder, const nn::Features& features,
                                 Generator& generator, const DistinctOptions& options)
    : options_(options),
      end_(decoder.end()),
      rules_(decoder, {options.min_length, options.max_length, true}, options.forbidden,
             options.rules),
      stepper_(decoder, features),
      kept_(static_cast<std::size_t>(features.images())),
      offered_(kept_.size()),
      words_(static_cast<std::size_t>(decoder.vocabulary_size())) {
  const std::uint64_t first = generator.reserve(kept_.size());
  for (std::size_t image = 0; image < kept_.size(); ++image) {
    generators_.push_back(generator.fork(first + image));
    live_.push_back(
        {static_cast<std::int64_t>(image), History::kNothingSaid, 0, gumbel(generators_.back())});
  }
}

std::vector<std::vector<Hypothesis>> DistinctSampler::run() {
  while (!live_.empty()) step();
  std::vector<std::vector<Hypothesis>> result(kept_.size());
  for (std::size_t image = 0; image < kept_.size(); ++image) {
    for (const Perturbed& caption : kept_[image]) {
      result[image].push_back(history_.hypothesis(caption.node, caption.finished));
      result[image].back().score = caption.perturbed;
    }
  }
  return result;
}

void DistinctSampler::step() {
  const Tensor scores = stepper_.step().to(DType::float64);
  if (options_.attention) history_.attend(stepper_.attention());
  const Tensor allowed = restricted(scores);
  for (std::size_t image = 0; image < kept_.size(); ++image) {
    std::erase_if(kept_[image], [](const Perturbed& each) { return !each.done; });
    offered_[image].clear();
  }
  for (std::int64_t row = 0; row < stepper_.rows(); ++row) {
    distribution(row, allowed);
    propose(row);
  }
  keep(scores);
  ++said_;
  follow();
}

Tensor DistinctSampler::restricted(const Tensor& scores) const {
  if (!rules_.look_back_after(said_)) return scores;
  std::vector<std::vector<std::int32_t>> said;
  for (const Perturbed& live : live_) said.push_back(history_.words(live.node));
  return rules_.restricted(scores, said);
}

void DistinctSampler::distribution(std::int64_t row, const Tensor& scores) {
  const auto vocabulary = std::ssize(words_);
  const double* of = scores.data<double>() + row * vocabulary;
  const std::uint8_t* excluded = rules_.excluded_after(said_);
  double largest = kNever, total = 0;
  for (std::int64_t v = 0; v < vocabulary; ++v) {
    if (std::isnan(of[v])) refuse_nan(row * vocabulary + v, vocabulary, said_);
    refuse_logits(of[v], static_cast<std::int32_t>(v));
    double& word = words_[static_cast<std::size_t>(v)];
    word = excluded[v] != 0 ? kNever : of[v] / options_.temperature;
    largest = std::max(largest, word);
  }
  if (largest == kNever) return;
  for (const double word : words_) total += std::exp(word - largest);
  const double offset =
      live_[static_cast<std::size_t>(row)].log_probability - largest - std::log(total);
  for (double& word : words_) word += offset;
}

// Perturbs the words of a row so that their greatest is that of its beginning.
void DistinctSampler::propose(std::int64_t row) {
  const Perturbed& parent = live_[static_cast<std::size_t>(row)];
  const auto image = static_cast<std::size_t>(parent.image);
  std::vector<Perturbed>& offered = offered_[image];
  const std::size_t first = offered.size();
  double greatest = kNever;
  for (std::int32_t word = 0; word < std::ssize(words_); ++word) {
    const double phi = words_[static_cast<std::size_t>(word)];
    if (phi == kNever) continue;
    const double value = phi + gumbel(generators_[image]);
    greatest = std::max(greatest, value);
    const bool ends = word == end_;
    offered.push_back({parent.image, parent.node, phi, value,
                       ends || said_ + 1 == options_.max_length, ends, row, word});
  }
  keep_greatest(offered, first, options_.samples);
  for (std::size_t i = first; i < offered.size(); ++i)
    offered[i].perturbed = conditioned(offered[i].perturbed, greatest, parent.perturbed);
}

// The greatest of each image, captions of earlier steps among them.
void DistinctSampler::keep(const Tensor& scores) {
  for (std::size_t image = 0; image < kept_.size(); ++image) {
    std::vector<Perturbed>& kept = kept_[image];
    for (Perturbed& each : offered_[image]) {
      const double own = scores.data<double>()[each.row * scores.shape()[1] + each.word];
      each.node = history_.add(each.node, each.word, own, each.row);
    }
    kept.insert(kept.end(), offered_[image].begin(), offered_[image].end());
    keep_greatest(kept, 0, options_.samples);
  }
}

void DistinctSampler::follow() {
  live_.clear();
  std::vector<std::int64_t> parents;
  std::vector<std::int32_t> words;
  for (const auto& kept : kept_) {
    for (const Perturbed& each : kept) {
      if (each.done) continue;
      live_.push_back(each);
      parents.push_back(each.row);
      words.push_back(each.word);
    }
  }
  if (!live_.empty()) stepper_.follow(parents, words);
}

}  // namespace

std::vector<std::vector<Hypothesis>> sample_distinct(const StepDecoder& decoder,
                                                     const nn::Features& features,
                                                     Generator& generator,
                                                     const DistinctOptions& options) {
  require(options.samples >= 1, "sample_distinct: samples must be at least 1; got {}",
          options.samples);
  require(options.temperature > 0 && std::isfinite(options.temperature),
          "sample_distinct: temperature must be above 0 and finite; got {}", options.temperature);
  return DistinctSampler(decoder, features, generator, options).run();
}

}  // namespace limn::decode
