#include <cmath>
#include <limits>

#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/attention.h"
#include "limn/ops/layer_norm.h"
#include "limn/ops/linear.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
#include "support/golden.h"

using namespace limn;

namespace {

SafetensorsFile layer_golden(const std::string& op) {
  return SafetensorsFile(test::kGolden / "layers" / (op + ".safetensors"));
}

struct TorchAttention {
  const char* name;
  std::int64_t heads;
  bool causal;
};

const TorchAttention kAttentions[] = {
    {"self", 2, false},  {"self_causal", 4, true},   {"self_causal_padded", 3, true},
    {"cross", 2, false}, {"cross_padded", 2, false}, {"one_head", 1, false},
};

/// torch's multi-head attention: one matrix for the three maps.
struct Projected {
  Variable q, k, v;  // [B·T, E], [B·S, E]
  std::int64_t batch, queries, keys, width;
};

Projected project(const Variable& query, const Variable& key, const Variable& value,
                  const Variable& weight, const Variable& bias) {
  const Shape& q = query.shape();
  const Shape& k = key.shape();
  const auto part = [&](const Variable& x, std::int64_t i) {
    const Variable rows = ops::reshape(x, Shape{x.shape()[0] * x.shape()[1], q[2]});
    return ops::linear(rows, ops::slice(weight, 0, i * q[2], (i + 1) * q[2]),
                       ops::slice(bias, 0, i * q[2], (i + 1) * q[2]));
  };
  return {part(query, 0), part(key, 1), part(value, 2), q[0], q[1], k[1], q[2]};
}

/// The weights [B, H, T, S], by plain operations: the file's cotangent wants them too.
Variable plain_weights(const Projected& p, const ops::AttentionOptions& options) {
  const std::int64_t width = p.width / options.heads;
  const auto head = [&](const Variable& x, std::int64_t b, std::int64_t rows, std::int64_t h) {
    return ops::slice(ops::slice(x, 0, b * rows, (b + 1) * rows), 1, h * width, (h + 1) * width);
  };
  std::vector<Variable> all;
  for (std::int64_t b = 0; b < p.batch; ++b) {
    Tensor unseen = Tensor::zeros(Shape{p.queries, p.keys}, p.q.dtype());
    for (std::int64_t i = 0; i < p.queries; ++i) {
      for (std::int64_t j = 0; j < p.keys; ++j) {
        const bool masked = options.key_mask.defined() &&
                            options.key_mask.data<std::uint8_t>()[b * p.keys + j] == 0;
        if (masked || (options.causal && j > i))
          unseen.rows(i, i + 1)
              .reshaped(Shape{p.keys})
              .rows(j, j + 1)
              .fill(-std::numeric_limits<double>::infinity());
      }
    }
    for (std::int64_t h = 0; h < options.heads; ++h) {
      const Variable scores =
          ops::affine(ops::linear(head(p.q, b, p.queries, h), head(p.k, b, p.keys, h), {}),
                      1 / std::sqrt(static_cast<double>(width)));
      all.push_back(ops::reshape(ops::softmax(ops::add(scores, Variable(unseen))),
                                 Shape{1, 1, p.queries, p.keys}));
    }
  }
  return ops::reshape(ops::concatenate(all, 0), Shape{p.batch, options.heads, p.queries, p.keys});
}

std::vector<Variable> torch_attention(const std::vector<Variable>& in,
                                      ops::AttentionOptions options) {
  const Variable& value = in[6].defined() ? in[6] : in[1];
  const Projected p = project(in[0], in[1], value, in[2], in[3]);
  for (std::int64_t b = 0; b < p.batch; ++b)
    options.spans.push_back({b * p.queries, p.queries, b * p.keys, p.keys});
  const Variable y = ops::linear(ops::attention(p.q, p.k, p.v, options), in[4], in[5]);
  return {ops::reshape(y, in[0].shape()), plain_weights(p, options)};
}

}  // namespace

TEST_CASE("layer_norm agrees with PyTorch") {
  const SafetensorsFile file = layer_golden("layer_norm");
  const auto check = [&](const std::string& name, std::int64_t width, double epsilon) {
    test::check_layer({file, name, {"x", "weight", "bias"}, {"y"}}, [&](const auto& in) {
      const auto row = [&](const Variable& parameter) {
        return parameter.defined() ? ops::reshape(parameter, Shape{width}) : parameter;
      };
      const Shape rows{in[0].shape().elements() / width, width};
      const Variable y =
          ops::layer_norm(ops::reshape(in[0], rows), row(in[1]), row(in[2]), {.epsilon = epsilon});
      return std::vector{ops::reshape(y, in[0].shape())};
    });
  };
  check("last_axis", 10, 1e-5);
  check("two_axes", 20, 1e-6);
  check("no_affine", 33, 1e-5);
  check("offset", 16, 1e-5);
}

TEST_CASE("gelu agrees with PyTorch, in both forms") {
  const SafetensorsFile file = layer_golden("activation");
  for (const auto& [name, form] :
       {std::pair{"gelu_erf", ops::Gelu::erf}, std::pair{"gelu_tanh", ops::Gelu::tanh}}) {
    for (const std::string suffix : {"", "_special"}) {
      test::check_layer({file, name + suffix, {"x"}, {"y"}}, [form = form](const auto& in) {
        return std::vector{ops::gelu(in[0], form)};
      });
    }
  }
}

TEST_CASE("glu agrees with PyTorch, along either axis") {
  const SafetensorsFile file = layer_golden("glu");
  for (const auto& [name, axis] : {std::pair{"last_axis", -1}, std::pair{"channels", 1}}) {
    test::check_layer({file, name, {"x"}, {"y"}},
                      [axis = axis](const auto& in) { return std::vector{ops::glu(in[0], axis)}; });
  }
}

TEST_CASE("attention agrees with PyTorch's multi-head attention") {
  const SafetensorsFile file = layer_golden("multi_head_attention");
  for (const TorchAttention& c : kAttentions) {
    ops::AttentionOptions options{.heads = c.heads, .causal = c.causal};
    const std::string mask = std::string(c.name) + "/mask";
    if (file.contains(mask)) {
      const Tensor theirs = file.tensor(mask);
      options.key_mask = theirs.reshaped(Shape{theirs.elements()});
    }
    test::check_layer({file,
                       c.name,
                       {"query", "key", "in_proj_weight", "in_proj_bias", "out_proj_weight",
                        "out_proj_bias", "value"},
                       {"y", "attention"}},
                      [&](const auto& in) { return torch_attention(in, options); });
  }
}
