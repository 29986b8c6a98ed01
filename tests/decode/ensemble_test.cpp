#include "limn/decode/ensemble.h"

#include "decode/hypotheses.h"
#include "limn/core/error.h"
#include "limn/decode/search.h"
#include "support/naive_search.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::Averaging;
using decode::Ensemble;
using test::require_same;
using test::ToyDecoder;

namespace {

constexpr Averaging kBoth[] = {Averaging::probabilities, Averaging::log_probabilities};

/// Keeps its images in a shared tensor, and which one a row describes in another.
class SharingDecoder : public ToyDecoder {
 public:
  using ToyDecoder::ToyDecoder;

  decode::State start(const nn::Features& features) const override {
    decode::State state = ToyDecoder::start(features);
    Tensor images(Shape{features.images()}, DType::int32);
    for (std::int32_t i = 0; i < features.images(); ++i) images.data<std::int32_t>()[i] = i;
    state.shared = {features.global.value()};
    state.rows.push_back(images);
    return state;
  }
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override {
    const Tensor images = state.rows.at(2);
    Tensor scores = ToyDecoder::step(state, words);
    state.rows.push_back(images);
    return scores;
  }
  /// The image's feature, twice.
  Tensor attention(const decode::State& state) const override {
    const Tensor& images = state.rows.at(2);
    Tensor weights(Shape{images.elements(), 2});
    for (std::int64_t row = 0; row < images.elements(); ++row)
      for (std::int64_t r = 0; r < 2; ++r)
        weights.data<float>()[2 * row + r] =
            state.shared.at(0).data<float>()[images.data<std::int32_t>()[row]];
    return weights;
  }
};

class ManyRegions : public SharingDecoder {
 public:
  using SharingDecoder::SharingDecoder;
  Tensor attention(const decode::State& state) const override {
    return Tensor::zeros(Shape{state.rows.at(2).elements(), 3});
  }
};

/// log of the average, the plain way.
std::vector<double> average(const std::vector<double>& a, const std::vector<double>& b, double w,
                            Averaging averaging) {
  std::vector<double> result;
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double p = averaging == Averaging::probabilities
                         ? w * std::exp(a[i]) + (1 - w) * std::exp(b[i])
                         : std::exp(w * a[i] + (1 - w) * b[i]);
    result.push_back(p);
    total += p;
  }
  for (double& p : result) p = std::log(p / total);
  return result;
}

/// Σ P(S | I) of all captions that go on from `state`, `left` words and an end at most.
double mass(const decode::StepDecoder& decoder, decode::State state, std::int32_t word,
            std::int64_t left) {
  const Tensor scores = decoder.step(state, std::vector<std::int32_t>{word}).to(DType::float64);
  double sum = 0;
  for (std::int32_t next = 0; next < decoder.vocabulary_size(); ++next) {
    const double p = std::exp(scores.data<double>()[next]);
    sum += next == decoder.end() || left == 0 ? p : p * mass(decoder, state, next, left - 1);
  }
  return sum;
}

class ShortDecoder : public ToyDecoder {
 public:
  using ToyDecoder::ToyDecoder;
  std::int64_t longest() const override { return 7; }
};

}  // namespace

TEST_CASE("an ensemble says captions as long as all its members can") {
  const ToyDecoder any({});
  const ShortDecoder brief(test::ToyOptions{});
  REQUIRE(Ensemble({{&any}, {&brief}}).longest() == 7);
  REQUIRE(Ensemble({{&any}, {&any}}).longest() == any.longest());
}

TEST_CASE("an ensemble's step is the average of its members'") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const ToyDecoder a({.words = 5, .seed = seed, .impossible = 0.2, .dtype = DType::float32});
    const ToyDecoder b({.words = 5,
                        .seed = seed + 100,
                        .impossible = 0.2,
                        .dtype = seed % 2 == 0 ? DType::float32 : DType::float64});
    for (const Averaging averaging : kBoth) {
      const Ensemble both({{&a, 3}, {&b, 1}}, averaging);
      const auto image = ToyDecoder::images(1);
      for (const test::Words& said : {test::Words{}, test::Words{2, 1, 4}}) {
        const auto mine = test::next_log_probabilities(both, image, said);
        const auto expected =
            average(test::next_log_probabilities(a, image, said),
                    test::next_log_probabilities(b, image, said), 0.75, averaging);
        for (std::size_t v = 0; v < mine.size(); ++v) {
          if (std::isinf(expected[v])) {
            REQUIRE(mine[v] == expected[v]);
          } else {
            REQUIRE(mine[v] == Approx(expected[v]).margin(1e-5));
          }
        }
      }
    }
  }
}

TEST_CASE("an ensemble's captions have probability 1 together") {
  const ToyDecoder a({.words = 3, .seed = 1}), b({.words = 3, .seed = 2, .sharpness = 2});
  for (const Averaging averaging : kBoth) {
    const Ensemble both({{&a, 1}, {&b, 2.5}}, averaging);
    REQUIRE(mass(both, both.start(ToyDecoder::images(1)), both.begin(), 4) ==
            Approx(1).margin(1e-9));
  }
}

TEST_CASE("an ensemble of twice the same model is the model") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const ToyDecoder one({.words = 7,
                          .seed = seed,
                          .sharpness = 1.5,
                          .dtype = seed % 2 == 0 ? DType::float32 : DType::float64});
    const decode::SearchOptions how{.beam = 4, .max_length = 6, .n_best = 4};
    const auto alone = decode::beam_search(one, ToyDecoder::images(3), how);
    require_same(decode::beam_search(Ensemble({{&one}, {&one}}), ToyDecoder::images(3), how),
                 alone);
    const Ensemble logs({{&one, 2}, {&one, 0.5}}, Averaging::log_probabilities);
    const auto found = decode::beam_search(logs, ToyDecoder::images(3), how);
    for (std::size_t image = 0; image < 3; ++image) {
      REQUIRE(found[image].size() == alone[image].size());
      for (std::size_t i = 0; i < found[image].size(); ++i) {
        REQUIRE(found[image][i].words == alone[image][i].words);
        REQUIRE(found[image][i].score == Approx(alone[image][i].score).margin(1e-5));
      }
    }
  }
}

TEST_CASE("a wide beam over an ensemble finds its best caption") {
  const ToyDecoder a({.words = 4, .seed = 8}), b({.words = 4, .seed = 9}), c({.words = 4});
  const Ensemble three({{&a}, {&b}, {&c, 0.3}});
  const decode::SearchOptions how{.beam = 500, .max_length = 4};
  const auto all = test::all_captions(three, ToyDecoder::images(1), how);
  const auto found = decode::beam_search(three, ToyDecoder::images(1), how).at(0);
  REQUIRE(found.at(0).words == all.at(0).words);
}

TEST_CASE("members of an ensemble may see different features, and share tensors of images") {
  const ToyDecoder plain({.words = 5, .seed = 1});
  const SharingDecoder shares({.words = 5, .seed = 2});
  const decode::SearchOptions how{.beam = 3, .max_length = 5, .n_best = 3, .attention = true};
  const Ensemble both({{&plain}, {&shares, 1, ToyDecoder::images(4, 11)}});
  const auto batch = decode::beam_search(both, ToyDecoder::images(4), how);
  for (std::size_t image = 0; image < 4; ++image) {
    const auto at = static_cast<float>(image);
    const Ensemble alone({{&plain}, {&shares, 1, ToyDecoder::images(1, 11 + at)}});
    require_same(batch[image],
                 decode::beam_search(alone, ToyDecoder::images(1, 1 + at), how).at(0));
    for (const auto& caption : batch[image])
      for (const float weight : caption.attention.span<float>()) REQUIRE(weight == 11 + at);
  }
}

TEST_CASE("members that see different numbers of regions have no attention together") {
  const SharingDecoder two(test::ToyOptions{});
  const ManyRegions three(test::ToyOptions{});
  const decode::SearchOptions how{.attention = true};
  const auto caption = [&](const decode::StepDecoder& other) {
    return decode::greedy(Ensemble({{&two}, {&other}}), ToyDecoder::images(1), how).at(0);
  };
  REQUIRE(caption(two).attention.defined());
  REQUIRE_FALSE(caption(three).attention.defined());
}

TEST_CASE("members that do not fit are refused") {
  const ToyDecoder four({.words = 4}), five({.words = 5}), other_end({.words = 4, .end = 2});
  REQUIRE_THROWS_TEXT(Ensemble(std::vector<Ensemble::Member>()), InvalidArgument,
                      "ensemble: needs at least one member; got none");
  REQUIRE_THROWS_TEXT(Ensemble({{&four}, {nullptr}}), InvalidArgument,
                      "ensemble: member 1 has no decoder");
  REQUIRE_THROWS_TEXT(Ensemble({{&four}, {&four, 0}}), InvalidArgument,
                      "ensemble: weights must be above 0 and finite; member 1 has 0");
  REQUIRE_THROWS_TEXT(Ensemble({{&four}, {&five}}), InvalidArgument,
                      "ensemble: members must have the same words; member 0 has 4, begin 0, end 0, "
                      "member 1 has 5, begin 0, end 0");
  REQUIRE_THROWS_TEXT(Ensemble({{&four}, {&other_end}}), InvalidArgument,
                      "ensemble: members must have the same words; member 0 has 4, begin 0, end 0, "
                      "member 1 has 4, begin 0, end 2");
  const Ensemble images({{&four}, {&four, 1, ToyDecoder::images(3)}});
  REQUIRE_THROWS_TEXT(images.start(ToyDecoder::images(2)), InvalidArgument,
                      "ensemble: every member needs features of the same 2 images; member 1 has "
                      "those of 3");
  const test::FixedDecoder wrong(Tensor::zeros(Shape{2, 3}));
  REQUIRE_THROWS_TEXT(decode::greedy(Ensemble({{&four}, {&wrong}}), ToyDecoder::images(2)),
                      InvalidArgument,
                      "ensemble: a step must give float32 or float64 log-probabilities [2, 4]; "
                      "member 1 gives float32 [2, 3]");
}
