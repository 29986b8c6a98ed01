#include "limn/models/aoa.h"

#include "core/check.h"
#include "limn/nn/dropout.h"
#include "limn/nn/multi_head_attention.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/reshape.h"
#include "models/layers.h"
#include "models/option_checks.h"
#include "models/region_mean.h"
#include "models/transformer_layers.h"

namespace limn::models {
namespace {

void check_aoa(const AoaOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"aoa"};
  check.positive("embedding", o.embedding);
  check.positive("hidden", o.hidden);
  check.positive("heads", o.heads);
  check.layers("refiner_layers", o.refiner_layers);
  check.probability("dropout", o.dropout);
  check.probability("dropout_attention", o.dropout_attention);
  check.probability("dropout_aoa", o.dropout_aoa);
  require(o.hidden % o.heads == 0, "aoa: hidden must be a multiple of heads; got {} and {}",
          o.hidden, o.heads);
  require(o.hidden >= 2, "aoa: hidden must be at least 2; got {}", o.hidden);
  const auto e = static_cast<double>(o.embedding), d = static_cast<double>(o.hidden),
             layers = static_cast<double>(o.refiner_layers),
             v = static_cast<double>(sizes.vocabulary), f = static_cast<double>(sizes.features);
  check.parameters(
      v * (e + d) + d * (f + 4 * e + (7 * layers + 15) * d), sizes,
      fmt::format("embedding {}, hidden {} and refiner_layers {} with {} words and {} features",
                  o.embedding, o.hidden, o.refiner_layers, sizes.vocabulary, sizes.features));
}

// GLU(W [attended; query] + b): "attention on attention".
Variable on_attention(const nn::Linear& map, const Variable& attended, const Variable& query) {
  return ops::glu(ops::add(ops::linear_part(attended, map.weight(), 0, map.bias()),
                           ops::linear_part(query, map.weight(), attended.shape()[-1])));
}

// Regions [B, R, D] as rows [B·R, D], and what a mask says of them.
Variable flat(const Variable& regions) {
  const Shape& s = regions.shape();
  return ops::reshape(regions, Shape{s[0] * s[1], s[2]});
}

Tensor flat(const Tensor& mask) {
  return mask.defined() ? mask.reshaped(Shape{mask.elements()}) : mask;
}

}  // namespace

std::vector<Option> options_of(AoaOptions& o) {
  return {
      {"embedding", &o.embedding, "width of word vectors"},
      {"hidden", &o.hidden, "width of regions, attention and recurrent state"},
      {"heads", &o.heads, "of attention"},
      {"refiner_layers", &o.refiner_layers, "layers over the regions"},
      {"dropout", &o.dropout, "probability, of words, embedded regions and contexts"},
      {"dropout_attention", &o.dropout_attention,
       "probability, of attention weights and of what refiner layers add"},
      {"dropout_aoa", &o.dropout_aoa, "probability, of what attention on attention reads"},
  };
}

/// "self_attn.linears.0" to 2, "self_attn.aoa_layer.0", "sublayer.0.norm".
class Aoa::RefinerLayer : public nn::Module {
 public:
  RefinerLayer(const AoaOptions& o, Generator& generator)
      : attention_({.width = o.hidden,
                    .heads = o.heads,
                    .dropout = o.dropout_attention,
                    .names = {"linears.0", "linears.1", "linears.2", ""}},
                   generator),
        aoa_({2 * o.hidden, 2 * o.hidden}, generator),
        residual_(o.hidden, o.dropout_attention, true),
        dropout_(o.dropout_aoa) {
    child("self_attn", attention_);
    child("self_attn.aoa_layer.0", aoa_);
    child("sublayer.0", residual_);
  }

  Variable forward(const Variable& x, const ops::AttentionOptions& sight,
                   const nn::Pass& pass) const {
    return residual_.around(
        [&](const Variable& n) {
          const Variable attended = attention_.forward(n, attention_.remember(n), sight, pass);
          return on_attention(aoa_, nn::dropout(attended, dropout_, pass),
                              nn::dropout(n, dropout_, pass));
        },
        x, pass);
  }

 private:
  nn::MultiHeadAttention attention_;
  nn::Linear aoa_;
  Residual residual_;
  double dropout_;
};

Aoa::Aoa(const AoaOptions& options, const CaptionerSizes& sizes, Generator& generator)
    : StepwiseCaptioner(sizes), options_(options) {
  const AoaOptions& o = options;
  check_aoa(o, sizes);
  embed_ = std::make_unique<nn::Embedding>(sizes.vocabulary, o.embedding, generator);
  att_embed_ = make_linear(sizes.features, o.hidden, generator);
  logit_ = make_linear(o.hidden, sizes.vocabulary, generator);
  ctx2att_ = make_linear(o.hidden, 2 * o.hidden, generator);
  att2ctx_ = make_linear(2 * o.hidden, 2 * o.hidden, generator);
  query_ = make_linear(o.hidden, o.hidden, generator);
  refiner_norm_ = std::make_unique<nn::LayerNorm>(nn::LayerNormConfig::annotated(o.hidden));
  query_norm_ = std::make_unique<nn::LayerNorm>(nn::LayerNormConfig::annotated(o.hidden));
  att_lstm_ = std::make_unique<nn::LstmCell>(
      nn::LstmCellConfig{.inputs = o.embedding + o.hidden, .hidden = o.hidden}, generator);
  child("embed.0", *embed_);
  child("att_embed.0", *att_embed_);
  child("logit", *logit_);
  child("ctx2att", *ctx2att_);
  for (std::int64_t i = 0; i < o.refiner_layers; ++i) {
    refiner_.push_back(std::make_unique<RefinerLayer>(o, generator));
    child("refiner.layers." + std::to_string(i), *refiner_.back());
  }
  child("refiner.norm", *refiner_norm_);
  child("core.att_lstm", *att_lstm_);
  child("core.att2ctx.0", *att2ctx_);
  child("core.attention.norm", *query_norm_);
  child("core.attention.linears.0", *query_);
}

Aoa::~Aoa() = default;

std::vector<std::pair<std::string, std::string>> Aoa::options() const { return texts_of(options_); }

// Parts: the mean [B, D], values and keys [B, R, D].
StepwiseCaptioner::Memory Aoa::look(const nn::Features& features, const nn::Pass& pass) const {
  const Variable v = existing_regions(regions_of(features), features.mask);
  const std::int64_t images = v.shape()[0], regions = v.shape()[1], d = options_.hidden;
  ops::AttentionOptions sight{.key_mask = flat(features.mask)};
  for (std::int64_t b = 0; b < images; ++b)
    sight.spans.push_back({b * regions, regions, b * regions, regions});
  Variable a = nn::dropout(ops::relu(att_embed_->forward(flat(v))), options_.dropout, pass);
  for (const auto& layer : refiner_) a = layer->forward(a, sight, pass);
  a = refiner_norm_->forward(a);
  const auto part = [&](std::int64_t i) {
    const Variable rows = ops::linear(a, ops::slice(ctx2att_->weight(), 0, i * d, (i + 1) * d),
                                      ops::slice(ctx2att_->bias(), 0, i * d, (i + 1) * d));
    return ops::reshape(rows, Shape{images, regions, d});
  };
  return {.parts = {region_mean(ops::reshape(a, Shape{images, regions, d}), features.mask), part(0),
                    part(1)},
          .mask = features.mask};
}

// h, c and z.
std::vector<Variable> Aoa::initial_state(const Memory& memory, const nn::Pass&) const {
  return zero_states(memory.parts[0], {options_.hidden, options_.hidden, options_.hidden});
}

// What words add to the gates [N, 4·D].
Variable Aoa::read(std::span<const std::int32_t> words, const nn::Pass& pass) const {
  return att_lstm_->part(nn::dropout(ops::relu(embed_->forward(words)), options_.dropout, pass), 0);
}

/// MHA(W_q norm(h) + b, keys, values) of each row's image, and outside training its weights.
struct Aoa::Look {
  Variable context;
  Variable weights;
};

Aoa::Look Aoa::look_at(const Variable& h, const Memory& memory,
                       std::span<const std::int64_t> images, const nn::Pass& pass) const {
  const std::int64_t regions = memory.parts[1].shape()[1];
  ops::AttentionOptions sight{.heads = options_.heads,
                              .key_mask = flat(memory.mask),
                              .dropout = pass.training ? options_.dropout_attention : 0,
                              .generator = pass.generator};
  for (std::int64_t m = 0; m < std::ssize(images); ++m)
    sight.spans.push_back({m, 1, images[static_cast<std::size_t>(m)] * regions, regions});
  const Variable query = query_->forward(query_norm_->forward(h));
  const Variable keys = flat(memory.parts[2]);
  Look look{ops::attention(query, keys, flat(memory.parts[1]), sight), {}};
  if (!pass.training) look.weights = Variable(ops::attention_weights(query, keys, sight));
  return look;
}

StepwiseCaptioner::Step Aoa::advance(const Memory& memory, std::span<const std::int64_t> images,
                                     const Variable& x, const std::vector<Variable>& state,
                                     const nn::Pass& pass) const {
  const Variable given = ops::add(ops::gather_rows(memory.parts[0], images),
                                  nn::dropout(state[2], options_.dropout, pass));
  const auto [h, c] = att_lstm_->step(ops::add(x, att_lstm_->part(given, options_.embedding)),
                                      {state[0], state[1]});
  const Look look = look_at(h, memory, images, pass);
  const Variable z = on_attention(*att2ctx_, look.context, h);
  return {.output = nn::dropout(z, options_.dropout, pass),
          .state = {h, c, z},
          .attention = look.weights};
}

}  // namespace limn::models
