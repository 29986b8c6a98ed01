#include "limn/train/scheduled_sampling.h"

#include <set>

#include "limn/core/error.h"
#include "limn/train/objective.h"
#include "support/captioner_properties.h"
#include "train/toy_nic.h"

using namespace limn;
using train::with_drawn_inputs;

namespace {

/// Whose next word is certain: the one after the word it reads, of a vocabulary of 9.
struct Counter : decode::StepDecoder {
  std::int64_t vocabulary_size() const override { return 9; }
  std::int32_t begin() const override { return 1; }
  std::int32_t end() const override { return 0; }
  decode::State start(const nn::Features& features) const override {
    return {.rows = {Tensor::zeros(Shape{features.images(), 1})}, .shared = {}};
  }
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override {
    REQUIRE(state.rows[0].shape()[0] == std::ssize(words));
    Tensor scores = Tensor::full(Shape{std::ssize(words), 9}, -1e30);
    for (std::size_t row = 0; row < words.size(); ++row)
      scores.data<float>()[9 * row + static_cast<std::size_t>((words[row] + 1) % 9)] = 0;
    return scores;
  }
};

/// `rows` captions of one image, all of the word 7, `length` and fewer words.
data::CaptionBatch sevens(std::int64_t rows, std::size_t length) {
  std::vector<data::EncodedCaption> captions;
  for (std::int64_t i = 0; i < rows; ++i)
    captions.push_back({0, std::vector<std::int32_t>(length - static_cast<std::size_t>(i % 3), 7)});
  return data::pack_captions(captions, 1, 0);
}

/// Input t of row `row`.
std::int32_t input(const data::CaptionBatch& batch, std::int64_t t, std::int64_t row) {
  return batch.inputs[static_cast<std::size_t>(batch.packing.offset(t) + row)];
}

}  // namespace

TEST_CASE("without chance inputs stay, with certainty all but the first are drawn") {
  const data::CaptionBatch batch = sevens(6, 5);
  Generator generator(1);
  const nn::Features image = test::toy_features(1);
  REQUIRE(with_drawn_inputs(Counter(), image, batch, 0, generator).inputs == batch.inputs);
  const data::CaptionBatch drawn = with_drawn_inputs(Counter(), image, batch, 1, generator);
  REQUIRE(drawn.targets == batch.targets);
  for (std::int64_t t = 0; t < batch.packing.steps(); ++t)
    for (std::int64_t row = 0; row < batch.packing.rows(t); ++row)
      REQUIRE(input(drawn, t, row) == 1 + t);
}

TEST_CASE("a word is drawn given the inputs chosen so far, with the chance that was asked for") {
  const data::CaptionBatch batch = sevens(3000, 5);
  Generator generator(3);
  const auto mixed = with_drawn_inputs(Counter(), test::toy_features(1), batch, 0.3, generator);
  double places = 0, drawn = 0;
  std::set<std::int32_t> seen;
  for (std::int64_t row = 0; row < batch.packing.rows(0); ++row) REQUIRE(input(mixed, 0, row) == 1);
  for (std::int64_t t = 1; t < batch.packing.steps(); ++t) {
    for (std::int64_t row = 0; row < batch.packing.rows(t); ++row) {
      const std::int32_t next = (input(mixed, t - 1, row) + 1) % 9;
      const std::int32_t now = input(mixed, t, row);
      REQUIRE((now == 7 || now == next));
      ++places;
      drawn += now != 7;
      seen.insert(now);
    }
  }
  REQUIRE(drawn / places == Approx(0.3).margin(0.02));
  REQUIRE(seen.contains(2));  // after the begin
  REQUIRE(seen.contains(0));  // 7, 8, then the end
}

TEST_CASE("words are drawn from the model's own distribution") {
  const auto nic = test::toy_nic();
  const nn::Features image = test::toy_features(1);
  constexpr std::int64_t kRows = 20000;
  Generator generator(4);
  const auto drawn = with_drawn_inputs(
      *nic, image, data::pack_captions(std::vector(kRows, data::EncodedCaption{0, {3}}), 1, 0), 1,
      generator);
  decode::State state = nic->start(image);
  const Tensor scores = nic->step(state, std::vector<std::int32_t>{1});
  std::vector<double> counts(5);
  for (std::int64_t row = 0; row < kRows; ++row)
    ++counts[static_cast<std::size_t>(input(drawn, 1, row))];
  for (std::size_t word = 0; word < 5; ++word)
    REQUIRE(counts[word] / kRows == Approx(std::exp(scores.data<double>()[word])).margin(0.015));
}

TEST_CASE("the likelihood of a batch with drawn inputs has its gradient in double") {
  const auto nic = test::toy_nic();
  const nn::Features features = test::toy_features(3);
  const data::CaptionBatch batch = test::toy_captions(*nic, 3, 5);
  Generator generator(6);
  const auto mixed = with_drawn_inputs(*nic, features, batch, 0.5, generator);
  REQUIRE(mixed.inputs != batch.inputs);
  for (const auto& [name, variable] : nic->parameters()) REQUIRE_FALSE(variable.has_grad());
  test::require_loss_has_gradient(
      *nic, [&] { return train::maximum_likelihood(*nic, features, mixed, {}, {}).loss; });
}

TEST_CASE("the same generator draws the same words") {
  const auto nic = test::toy_nic();
  const data::CaptionBatch batch = test::toy_captions(*nic, 3, 5);
  const auto draw = [&](std::uint64_t seed) {
    Generator generator(seed);
    return with_drawn_inputs(*nic, test::toy_features(3), batch, 0.5, generator).inputs;
  };
  REQUIRE(draw(1) == draw(1));
  REQUIRE(draw(1) != draw(2));
}

TEST_CASE("the chance rises in steps to its limit") {
  const train::SamplingSchedule schedule{3, 5, 0.05, 0.12};
  for (const auto& [epoch, chance] : std::vector<std::pair<std::int64_t, double>>{
           {1, 0}, {3, 0}, {7, 0}, {8, 0.05}, {12, 0.05}, {13, 0.1}, {18, 0.12}, {99, 0.12}}) {
    INFO("epoch " << epoch);
    REQUIRE(schedule.chance(epoch) == Approx(chance));
  }
  REQUIRE(train::SamplingSchedule{}.chance(1000) == 0);
}

TEST_CASE("a chance that is none is refused") {
  Generator generator;
  REQUIRE_THROWS_TEXT(
      with_drawn_inputs(Counter(), test::toy_features(1), sevens(3, 4), 1.5, generator),
      InvalidArgument, "with_drawn_inputs: chance must be in [0, 1]; got 1.5");
}
