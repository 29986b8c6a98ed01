#include "limn/nn/recurrent.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "limn/core/error.h"
#include "support/golden.h"
#include "support/padded.h"
#include "support/tensors.h"

using namespace limn;
using nn::Cell;
using nn::Recurrent;
using test::random_floats;
using test::require_close;

namespace {

constexpr Cell kAll[] = {Cell::rnn, Cell::gru, Cell::lstm};

Recurrent make(const nn::RecurrentConfig& config) {
  Generator generator(1);
  return Recurrent(config, generator);
}

Packing packing_of(const std::vector<std::int64_t>& lengths) { return Packing::of(lengths); }

bool same(const Variable& a, const Variable& b) {
  const auto x = a.value().span<float>();
  const auto y = b.value().span<float>();
  return std::equal(x.begin(), x.end(), y.begin(), y.end());
}

// Loads the weights of a golden case and compares what they make of its sequences, and the
// gradients.
void check_golden(const std::string& file, const std::string& name,
                  const nn::RecurrentConfig& config) {
  const SafetensorsFile golden(test::kGolden / "layers" / (file + ".safetensors"));
  const auto read = [&](const std::string& tensor) { return golden.tensor(name + "/" + tensor); };
  Recurrent module = make(config);
  std::map<std::string, Tensor> state;
  for (const auto& [parameter, value] : module.parameters()) state[parameter] = read(parameter);
  module.load_state_dict(state);

  const test::Padded padded(test::golden_ids(golden, name + "/lengths"));
  const bool lstm = config.cell == Cell::lstm;
  std::vector<nn::Module::NamedVariable> all = module.parameters();
  const auto input = [&](const std::string& tensor) {
    return all.emplace_back(tensor, Variable(read(tensor), true)).second;
  };
  const Variable x = input("x"), h0 = input("h0"), c0 = lstm ? input("c0") : Variable();
  Recurrent::State before;
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    before.push_back(padded.layer(h0, layer));
    if (lstm) before.push_back(padded.layer(c0, layer));
  }
  const auto result = module.forward(padded.pack(x), padded.packing(), before, {});
  std::vector<Variable> h;
  std::vector<Variable> c;
  for (std::size_t i = 0; i < result.state.size(); ++i)
    (lstm && i % 2 == 1 ? c : h).push_back(result.state[i]);
  std::vector<Variable> outputs = {padded.pad(result.output), padded.layers(h)};
  if (lstm) outputs.push_back(padded.layers(c));
  std::vector<Tensor> cotangents;
  for (const Variable& output : outputs) {
    const std::string tensor = std::vector{"y", "h_n", "c_n"}[cotangents.size()];
    require_close(output.value(), read(tensor), 1e-5);
    cotangents.push_back(read("d" + tensor));
  }
  test::backward_all(outputs, cotangents);
  for (const auto& [tensor, variable] : all) {
    INFO("d" << tensor);
    require_close(variable.grad(), read("d" + tensor), 1e-5);
  }
}

}  // namespace

TEST_CASE("Recurrent has PyTorch's names, shapes and starting range") {
  const std::map<Cell, std::int64_t> gates = {{Cell::rnn, 1}, {Cell::gru, 3}, {Cell::lstm, 4}};
  for (const auto& [cell, g] : gates) {
    const Recurrent module = make({.cell = cell, .inputs = 7, .hidden = 9, .layers = 2});
    std::vector<std::pair<std::string, Shape>> expected;
    for (const std::string layer : {"0", "1"}) {
      expected.emplace_back("weight_ih_l" + layer, Shape{g * 9, layer == "0" ? 7 : 9});
      expected.emplace_back("weight_hh_l" + layer, Shape{g * 9, 9});
      expected.emplace_back("bias_ih_l" + layer, Shape{g * 9});
      expected.emplace_back("bias_hh_l" + layer, Shape{g * 9});
    }
    REQUIRE(module.parameters().size() == expected.size());
    float largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto& [name, parameter] = module.parameters()[i];
      REQUIRE(name == expected[i].first);
      REQUIRE(parameter.shape() == expected[i].second);
      for (const float value : parameter.value().span<float>())
        largest = std::max(largest, std::abs(value));
    }
    REQUIRE(largest <= 1.0f / 3);
    REQUIRE(largest > 0.3f);
    REQUIRE(module.state_size() == (cell == Cell::lstm ? 4 : 2));
  }
}

TEST_CASE("Recurrent without biases") {
  const Recurrent module = make({.inputs = 2, .hidden = 3, .bias = false});
  REQUIRE(module.parameters().size() == 2);
  const auto result = module.step(Variable(Tensor::zeros(Shape{1, 2})), {}, {});
  for (const float value : result.output.value().span<float>()) REQUIRE(value == 0);
}

TEST_CASE("Recurrent agrees with torch.nn.LSTM, GRU and RNN") {
  check_golden("lstm", "one_layer", {.cell = Cell::lstm, .inputs = 4, .hidden = 6});
  check_golden("lstm", "two_layers", {.cell = Cell::lstm, .inputs = 5, .hidden = 4, .layers = 2});
  check_golden("recurrent", "gru_two_layers",
               {.cell = Cell::gru, .inputs = 3, .hidden = 5, .layers = 2});
  check_golden("recurrent", "rnn_two_layers",
               {.cell = Cell::rnn, .inputs = 3, .hidden = 5, .layers = 2});
  check_golden("recurrent", "gru_no_bias",
               {.cell = Cell::gru, .inputs = 3, .hidden = 5, .bias = false});
}

TEST_CASE("Recurrent step by step is the same as the whole sequence") {
  for (const Cell cell : kAll) {
    const Recurrent module = make({.cell = cell, .inputs = 3, .hidden = 4, .layers = 2});
    const Tensor x = random_floats(Shape{8, 3}, 2);
    const auto whole = module.forward(Variable(x), packing_of({4, 4}), {}, {});
    Recurrent::State state;
    for (std::int64_t t = 0; t < 4; ++t) {
      const auto step = module.step(Variable(x.rows(2 * t, 2 * t + 2)), state, {});
      require_close(step.output.value(), whole.output.value().rows(2 * t, 2 * t + 2), 1e-6);
      const Variable read = module.read(Variable(x.rows(2 * t, 2 * t + 2)));
      require_close(module.step_read(read, state, {}).output.value(), step.output.value(), 0);
      state = step.state;
    }
    REQUIRE(state.size() == whole.state.size());
    for (std::size_t i = 0; i < state.size(); ++i)
      require_close(state[i].value(), whole.state[i].value(), 1e-6);
  }
}

TEST_CASE("Recurrent goes on from a state") {
  for (const Cell cell : kAll) {
    const Recurrent module = make({.cell = cell, .inputs = 3, .hidden = 4, .layers = 3});
    const Tensor x = random_floats(Shape{10, 3}, 2);
    const auto whole = module.forward(Variable(x), packing_of({5, 5}), {}, {});
    const auto first = module.forward(Variable(x.rows(0, 4)), packing_of({2, 2}), {}, {});
    const auto rest = module.forward(Variable(x.rows(4, 10)), packing_of({3, 3}), first.state, {});
    require_close(rest.output.value(), whole.output.value().rows(4, 10), 1e-6);
    for (std::size_t i = 0; i < rest.state.size(); ++i)
      require_close(rest.state[i].value(), whole.state[i].value(), 1e-6);
  }
}

TEST_CASE("dropout of Recurrent is between layers and in training") {
  for (const std::int64_t layers : {1, 2}) {
    const Recurrent module = make({.inputs = 3, .hidden = 16, .layers = layers, .dropout = 0.5});
    const Variable x(random_floats(Shape{8, 3}, 2));
    const auto run = [&](bool training, std::uint64_t seed) {
      Generator generator(seed);
      return module.forward(x, packing_of({4, 4}), {}, {training, &generator}).output;
    };
    const Variable evaluated = run(false, 1);
    REQUIRE(same(evaluated, run(false, 2)));
    REQUIRE(same(run(true, 1), run(true, 1)));
    REQUIRE(same(run(true, 1), evaluated) == (layers == 1));
    REQUIRE(same(run(true, 1), run(true, 2)) == (layers == 1));
  }
}

TEST_CASE("the forget bias of Recurrent is that of its biases") {
  Recurrent plain = make({.inputs = 3, .hidden = 4});
  const Recurrent module = make({.inputs = 3, .hidden = 4, .forget_bias = 1});
  const Variable x(random_floats(Shape{3, 3}, 2));
  const auto expected = module.step(x, {}, {});
  Tensor bias = plain.parameters()[2].second.value();
  for (std::int64_t j = 4; j < 8; ++j) bias.data<float>()[j] += 1;
  require_close(plain.step(x, {}, {}).output.value(), expected.output.value(), 1e-6);
}

TEST_CASE("Recurrent says what does not fit") {
  REQUIRE_THROWS_TEXT(make({.inputs = 3, .hidden = 4, .layers = 0}), InvalidArgument,
                      "Recurrent: inputs, hidden and layers must be at least 1; got 3, 4, 0");
  REQUIRE_THROWS_TEXT(make({.inputs = 3}), InvalidArgument,
                      "Recurrent: inputs, hidden and layers must be at least 1; got 3, 0, 1");
  REQUIRE_THROWS_TEXT(make({.inputs = 3, .hidden = 4, .dropout = 1}), InvalidArgument,
                      "Recurrent: dropout must be in [0, 1); got 1");
  const Recurrent module = make({.inputs = 3, .hidden = 4, .layers = 2, .dropout = 0.5});
  const Variable x(Tensor::zeros(Shape{2, 3}));
  const Variable h(Tensor::zeros(Shape{2, 4}));
  REQUIRE_THROWS_TEXT(module.step(x, {h, h}, {}), InvalidArgument,
                      "Recurrent: 2 layers have a state of 4 tensors; got 2");
  REQUIRE_THROWS_TEXT(module.step(Variable(Tensor::zeros(Shape{3})), {}, {}), InvalidArgument,
                      "Recurrent: a step needs x [B, E]; got [3]");
  REQUIRE_THROWS_TEXT(module.step_read(Variable(Tensor::zeros(Shape{16})), {}, {}), InvalidArgument,
                      "Recurrent: a step needs what was read [B, G·D]; got [16]");
  REQUIRE_THROWS_TEXT(module.step_read(h, {}, {}), InvalidArgument,
                      "lstm: without w_ih, x must be its products [N, 16]; got float32 [2, 4]");
  REQUIRE_THROWS_TEXT(module.step(h, {}, {}), InvalidArgument,
                      "linear: x must be [..., 3] for weight [16, 3]; got [2, 4]");
  REQUIRE_THROWS_TEXT(module.step(x, {}, {.training = true}), InvalidArgument,
                      "dropout: training needs a generator; the pass has none");
}
