#include "models/prefix_mapper.h"

#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/attention.h"
#include "limn/ops/reshape.h"

namespace limn::models {

MlpMapper::MlpMapper(const PrefixMapperConfig& c, Generator& generator)
    : config_(c),
      first_({c.features, c.width * c.prefix / 2}, generator),
      second_({c.width * c.prefix / 2, c.width * c.prefix}, generator) {
  child("model.0", first_);
  child("model.2", second_);
}

Variable MlpMapper::forward(const Variable& images) const {
  const Variable all = second_.forward(ops::tanh(first_.forward(images)));
  return ops::reshape(all, Shape{images.shape()[0] * config_.prefix, config_.width});
}

PrefixLayer::PrefixLayer(const PrefixMapperConfig& c, Generator& generator)
    : heads_(c.heads),
      norm1_({.width = c.width}),
      norm2_({.width = c.width}),
      queries_({c.width, c.width, false}, generator),
      keys_values_({c.width, 2 * c.width, false}, generator),
      project_({c.width, c.width}, generator),
      network_({.width = c.width, .inner = 2 * c.width, .names = {"fc1", "fc2"}}, generator) {
  child("norm1", norm1_);
  child("attn.to_queries", queries_);
  child("attn.to_keys_values", keys_values_);
  child("attn.project", project_);
  child("norm2", norm2_);
  child("mlp", network_);
}

Variable PrefixLayer::attend(const Variable& x, std::int64_t rows) const {
  const std::int64_t width = x.shape()[1];
  const Variable both = keys_values_.forward(x);
  ops::AttentionOptions options{.heads = heads_};
  for (std::int64_t begin = 0; begin < x.shape()[0]; begin += rows)
    options.spans.push_back({begin, rows, begin, rows});
  return project_.forward(ops::attention(queries_.forward(x), ops::slice(both, 1, 0, width),
                                         ops::slice(both, 1, width, 2 * width), options));
}

Variable PrefixLayer::forward(const Variable& x, std::int64_t rows) const {
  const Variable seen = ops::add(x, attend(norm1_.forward(x), rows));
  return ops::add(seen, network_.forward(norm2_.forward(seen), {}));
}

TransformerMapper::TransformerMapper(const PrefixMapperConfig& c, Generator& generator)
    : config_(c), linear_({c.features, c.inputs * c.width}, generator) {
  Tensor constants(Shape{c.prefix, c.width});
  generator.fill_normal(constants, 0, 1);
  constants_ = parameter("prefix_const", constants);
  for (std::int64_t i = 0; i < c.layers; ++i) {
    layers_.push_back(std::make_unique<PrefixLayer>(c, generator));
    child("transformer.layers." + std::to_string(i), *layers_.back());
  }
  child("linear", linear_);
}

Variable TransformerMapper::forward(const Variable& images) const {
  const std::int64_t count = images.shape()[0], inputs = config_.inputs, prefix = config_.prefix;
  const Variable made = ops::reshape(linear_.forward(images), Shape{count * inputs, config_.width});
  std::vector<std::int64_t> rows, last;
  for (std::int64_t b = 0; b < count; ++b) {
    for (std::int64_t i = 0; i < inputs; ++i) rows.push_back(b * inputs + i);
    for (std::int64_t i = 0; i < prefix; ++i) {
      last.push_back(std::ssize(rows));
      rows.push_back(count * inputs + i);
    }
  }
  Variable x = ops::gather_rows(ops::concatenate({made, constants_}, 0), rows);
  for (const auto& layer : layers_) x = layer->forward(x, inputs + prefix);
  return ops::gather_rows(x, last);
}

}  // namespace limn::models
