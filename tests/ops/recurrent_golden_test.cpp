#include "limn/ops/recurrent.h"
#include "support/golden.h"
#include "support/padded.h"
#include "support/recurrences.h"

using namespace limn;
using test::Recurrence;

namespace {

SafetensorsFile golden(const std::string& name) {
  return SafetensorsFile(test::kGolden / "layers" / (name + ".safetensors"));
}

// Layers upon each other, as torch's modules compute them.
void check_layers(const SafetensorsFile& file, const std::string& name, Recurrence kind,
                  std::int64_t layers) {
  const bool lstm = kind == Recurrence::lstm;
  test::LayerCase layer_case{file, name, {"x", "h0"}, {"y", "h_n"}};
  if (lstm) {
    layer_case.inputs.push_back("c0");
    layer_case.outputs.push_back("c_n");
  }
  const std::size_t first = layer_case.inputs.size();
  for (std::int64_t layer = 0; layer < layers; ++layer)
    for (const char* kind_of : {"weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l"})
      layer_case.inputs.push_back(kind_of + std::to_string(layer));

  const test::Padded padded(test::golden_ids(file, name + "/lengths"));
  test::check_layer(layer_case, [&](const std::vector<Variable>& v) {
    Variable output = padded.pack(v[0]);
    std::vector<std::vector<Variable>> states(layer_case.outputs.size());
    for (std::int64_t layer = 0; layer < layers; ++layer) {
      const std::size_t at = first + 4 * static_cast<std::size_t>(layer);
      const auto results = test::run(kind, {output,
                                            padded.packing(),
                                            {v[at], v[at + 1], v[at + 2], v[at + 3]},
                                            padded.layer(v[1], layer),
                                            lstm ? padded.layer(v[2], layer) : Variable()});
      output = results[0];
      for (std::size_t i = 1; i < results.size(); ++i) states[i].push_back(results[i]);
    }
    std::vector<Variable> outputs = {padded.pad(output)};
    for (std::size_t i = 1; i < states.size(); ++i) outputs.push_back(padded.layers(states[i]));
    return outputs;
  });
}

}  // namespace

TEST_CASE("lstm agrees with PyTorch step by step") {
  for (const char* name : {"small", "one_row", "saturated"}) {
    test::check_layer(
        {golden("lstm_cell"),
         name,
         {"x", "h", "c", "weight_ih", "weight_hh", "bias_ih", "bias_hh"},
         {"h_next", "c_next"}},
        [](const std::vector<Variable>& v) {
          const std::vector<std::int64_t> ones(static_cast<std::size_t>(v[0].shape()[0]), 1);
          const auto result =
              ops::lstm(v[0], Packing::of(ones), {v[3], v[4], v[5], v[6]}, v[1], v[2]);
          return std::vector<Variable>{result.h, result.c};
        });
  }
}

TEST_CASE("lstm agrees with PyTorch over sequences") {
  check_layers(golden("lstm"), "one_layer", Recurrence::lstm, 1);
  check_layers(golden("lstm"), "two_layers", Recurrence::lstm, 2);
  check_layers(golden("lstm"), "equal_lengths", Recurrence::lstm, 1);
}

TEST_CASE("rnn and gru agree with PyTorch") {
  for (const Recurrence kind : {Recurrence::rnn, Recurrence::gru}) {
    const std::string prefix = test::name_of(kind) + "_";
    check_layers(golden("recurrent"), prefix + "one_layer", kind, 1);
    check_layers(golden("recurrent"), prefix + "two_layers", kind, 2);
    check_layers(golden("recurrent"), prefix + "no_bias", kind, 1);
  }
}
