#include "decode/hypotheses.h"
#include "limn/core/error.h"
#include "limn/decode/sample.h"
#include "limn/decode/search.h"
#include "support/naive_search.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::Hypothesis;
using decode::SearchOptions;

namespace {

/// Its attention [rows, 3] tells the image and the words apart.
class AttendingDecoder : public test::ToyDecoder {
 public:
  using ToyDecoder::ToyDecoder;

  Tensor attention(const decode::State& state) const override {
    const std::int64_t rows = state.rows.at(0).shape()[0];
    Tensor weights(Shape{rows, 3});
    for (std::int64_t row = 0; row < rows; ++row) {
      const auto* said = state.rows[0].data<std::int32_t>() + 2 * row;
      for (std::int64_t r = 0; r < 3; ++r)
        weights.data<float>()[3 * row + r] =
            static_cast<float>(r < 2 ? said[r] : state.rows[1].data<std::int32_t>()[row]);
    }
    return weights;
  }
};

void require_own_attention(const AttendingDecoder& decoder, const nn::Features& image,
                           const Hypothesis& caption) {
  const auto count = std::ssize(caption.log_probabilities);
  REQUIRE(caption.attention.shape() == Shape{count, 3});
  decode::State state = decoder.start(image);
  for (std::int64_t t = 0; t < count; ++t) {
    const std::int32_t word =
        t == 0 ? decoder.begin() : caption.words[static_cast<std::size_t>(t - 1)];
    (void)decoder.step(state, std::vector<std::int32_t>{word});
    const Tensor own = decoder.attention(state);
    for (std::int64_t r = 0; r < 3; ++r)
      REQUIRE(caption.attention.data<float>()[3 * t + r] == own.data<float>()[r]);
  }
}

}  // namespace

TEST_CASE("each word of a hypothesis has the attention of the step that chose it") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const AttendingDecoder decoder({.words = 5, .seed = seed, .sharpness = 1.5});
    SearchOptions how{.beam = 4, .max_length = 6, .n_best = 4, .attention = true};
    how.groups = 1 + static_cast<int>(seed % 2);
    const auto found = decode::beam_search(decoder, test::ToyDecoder::images(3), how);
    for (std::size_t image = 0; image < 3; ++image) {
      const auto alone = test::ToyDecoder::images(1, 1 + static_cast<float>(image));
      for (const Hypothesis& caption : found[image]) require_own_attention(decoder, alone, caption);
    }
  }
}

TEST_CASE("samples have attention too") {
  const AttendingDecoder decoder({.words = 5, .seed = 3});
  Generator generator(1);
  const auto image = test::ToyDecoder::images(1);
  const auto found =
      decode::sample(decoder, image, generator, {.samples = 6, .max_length = 5, .attention = true});
  for (const Hypothesis& caption : found.at(0)) require_own_attention(decoder, image, caption);
}

TEST_CASE("attention is kept only where it is asked for and there is some") {
  const AttendingDecoder attends(test::ToyOptions{});
  const auto image = test::ToyDecoder::images(1);
  REQUIRE_FALSE(decode::greedy(attends, image).at(0).attention.defined());
  const SearchOptions how{.attention = true};
  REQUIRE_FALSE(decode::greedy(test::ToyDecoder({}), image, how).at(0).attention.defined());
}

namespace {

class WrongAttention : public test::ToyDecoder {
 public:
  using ToyDecoder::ToyDecoder;
  Tensor attention(const decode::State&) const override { return Tensor(Shape{9, 3}); }
};

}  // namespace

TEST_CASE("attention of other rows is refused") {
  const SearchOptions how{.attention = true};
  REQUIRE_THROWS_TEXT(
      decode::greedy(WrongAttention(test::ToyOptions{}), test::ToyDecoder::images(2), how),
      InvalidArgument, "search: attention must be float32 or float64 [2, R]; got float32 [9, 3]");
}
