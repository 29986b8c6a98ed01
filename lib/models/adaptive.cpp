#include "limn/models/adaptive.h"

#include <numeric>

#include "limn/nn/dropout.h"
#include "limn/ops/activation.h"
#include "limn/ops/additive_attention.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/recurrent_cell.h"
#include "limn/ops/reshape.h"
#include "models/layers.h"
#include "models/option_checks.h"

namespace limn::models {
namespace {

void check_options(const AdaptiveOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"adaptive"};
  check.positive("hidden", o.hidden);
  check.positive("attention_size", o.attention_size);
  check.not_negative("global_features", static_cast<double>(o.global_features));
  check.probability("dropout", o.dropout);
  const auto d = static_cast<double>(o.hidden), a = static_cast<double>(o.attention_size),
             v = static_cast<double>(sizes.vocabulary), f = static_cast<double>(sizes.features),
             g = static_cast<double>(global_width(o.global_features, sizes));
  check.parameters(
      2 * v * d + d * (f + g + 3 * a + 21 * d), sizes,
      fmt::format(
          "hidden {}, attention_size {} and global_features {} with {} words and {} features",
          o.hidden, o.attention_size, o.global_features, sizes.vocabulary, sizes.features));
}

// A slot that is always there before each image's regions.
Tensor with_sentinel(const Tensor& mask) {
  if (!mask.defined()) return {};
  const std::int64_t images = mask.shape()[0], regions = mask.shape()[1];
  Tensor slots = Tensor::full(Shape{images, regions + 1}, 1, DType::uint8);
  for (std::int64_t b = 0; b < images; ++b)
    std::copy_n(mask.data<std::uint8_t>() + b * regions, regions,
                slots.data<std::uint8_t>() + b * (regions + 1) + 1);
  return slots;
}

}  // namespace

std::vector<Option> options_of(AdaptiveOptions& o) {
  return {
      {"hidden", &o.hidden, "width of words, embedded regions and the recurrent state"},
      {"attention_size", &o.attention_size, "width of the layer that scores regions"},
      {"global_features", &o.global_features, "width of global features; 0: that of the regions"},
      {"maxout", &o.maxout, "whether the LSTM's cell input is the larger of two candidates"},
      {"dropout", &o.dropout, "probability, of words, regions, states and scoring units"},
  };
}

Adaptive::Adaptive(const AdaptiveOptions& options, const CaptionerSizes& sizes,
                   Generator& generator)
    : StepwiseCaptioner(sizes), options_(options) {
  check_options(options, sizes);
  const std::int64_t d = options.hidden, a = options.attention_size, f = sizes.features;
  embed_ = std::make_unique<nn::Embedding>(sizes.vocabulary, d, generator);
  child("embed.0", *embed_);
  const auto add = [&](std::unique_ptr<nn::Linear>& layer, const char* name, std::int64_t inputs,
                       std::int64_t outputs) {
    layer = make_linear(inputs, outputs, generator);
    child(name, *layer);
  };
  add(fc_embed_, "fc_embed.0", global_width(options.global_features, sizes), d);
  add(att_embed_, "att_embed.0", f, d);
  add(logit_, "logit", d, sizes.vocabulary);
  add(ctx2att_, "ctx2att", d, a);
  add(w2h_, "core.lstm.w2h", d, gates());
  add(v2h_, "core.lstm.v2h", d, gates());
  add(h2h_, "core.lstm.h2h.0", d, gates());
  add(r_w2h_, "core.lstm.r_w2h", d, d);
  add(r_v2h_, "core.lstm.r_v2h", d, d);
  add(r_h2h_, "core.lstm.r_h2h", d, d);
  add(fr_linear_, "core.attention.fr_linear.0", d, d);
  add(fr_embed_, "core.attention.fr_embed", d, a);
  add(ho_linear_, "core.attention.ho_linear.0", d, d);
  add(ho_embed_, "core.attention.ho_embed", d, a);
  add(alpha_net_, "core.attention.alpha_net", a, 1);
  add(att2h_, "core.attention.att2h", d, d);
}

std::vector<std::pair<std::string, std::string>> Adaptive::options() const {
  return texts_of(options_);
}

Variable Adaptive::drop(const Variable& x, const nn::Pass& pass) const {
  return nn::dropout(x, options_.dropout, pass);
}

// Parts: a, p, and what the global vector adds to the gates and the sentinel's gate. The mask has a
// place for the sentinel.
StepwiseCaptioner::Memory Adaptive::look(const nn::Features& features, const nn::Pass& pass) const {
  const Variable a = embedded_regions(features, *att_embed_, options_.dropout, pass);
  const Variable g =
      drop(ops::relu(fc_embed_->forward(global_of(features, options_.global_features))), pass);
  const Variable sums = ops::concatenate({v2h_->forward(g), r_v2h_->forward(g)}, 1);
  return {.parts = {a, ctx2att_->forward(a), sums}, .mask = with_sentinel(features.mask)};
}

std::vector<Variable> Adaptive::initial_state(const Memory& memory, const nn::Pass&) const {
  return zero_states(memory.parts[0], {options_.hidden, options_.hidden});
}

// What words add to the gates and the sentinel's gate.
Variable Adaptive::read(std::span<const std::int32_t> words, const nn::Pass& pass) const {
  const Variable x = drop(ops::relu(embed_->forward(words)), pass);
  return ops::concatenate({w2h_->forward(x), r_w2h_->forward(x)}, 1);
}

struct Adaptive::Recurrence {
  Variable h, c, sentinel;
};

Adaptive::Recurrence Adaptive::recur(const Variable& inputs,
                                     const std::vector<Variable>& state) const {
  const auto sum = [&](std::int64_t begin, std::int64_t end, const nn::Linear& recurrent) {
    return ops::add(ops::slice(inputs, 1, begin, end), recurrent.forward(state[0]));
  };
  const Variable all = sum(0, gates(), *h2h_);
  const auto [h, c] = options_.maxout
                          ? ops::maxout_lstm_cell(all, state[1])
                          : ops::lstm_cell(all, state[1], 0, ops::GateOrder::output_cell);
  const Variable gate = ops::sigmoid(sum(gates(), gates() + options_.hidden, *r_h2h_));
  return {h, c, ops::multiply(gate, ops::tanh(c))};
}

struct Adaptive::Attention {
  Variable weights;  ///< [M, 1 + R], the sentinel's first
  Variable context;  ///< z [M, D]
};

Adaptive::Attention Adaptive::attend(const Memory& memory, std::span<const std::int64_t> images,
                                     const Variable& sentinel, const Variable& h,
                                     const nn::Pass& pass) const {
  const auto rows = static_cast<std::int64_t>(images.size());
  const std::int64_t regions = memory.parts[0].shape()[1];
  const Variable query = ho_embed_->forward(h);
  Variable w = ops::reshape(alpha_net_->weight(), Shape{options_.attention_size});
  if (pass.training && options_.dropout > 0) {
    const std::vector<std::int64_t> same(images.size(), 0);
    w = drop(ops::gather_rows(alpha_net_->weight(), same), pass);
  }
  std::vector<std::int64_t> own(images.size());
  std::iota(own.begin(), own.end(), 0);
  const Variable own_key =
      ops::reshape(fr_embed_->forward(sentinel), Shape{rows, 1, options_.attention_size});
  const Variable scores =
      ops::concatenate({ops::additive_scores(own_key, query, w, own),
                        ops::additive_scores(memory.parts[1], query, w, images)},
                       1);
  const Variable weights = ops::masked_softmax(scores, memory.mask, images);
  const Variable seen =
      ops::weighted_sum(ops::slice(weights, 1, 1, regions + 1), memory.parts[0], images);
  const Variable known = ops::multiply(ops::slice(weights, 1, 0, 1), sentinel);
  return {weights, ops::add(seen, known)};
}

StepwiseCaptioner::Step Adaptive::advance(const Memory& memory,
                                          std::span<const std::int64_t> images, const Variable& x,
                                          const std::vector<Variable>& state,
                                          const nn::Pass& pass) const {
  const Recurrence r = recur(ops::add(x, ops::gather_rows(memory.parts[2], images)), state);
  const Variable sentinel = drop(ops::relu(fr_linear_->forward(drop(r.sentinel, pass))), pass);
  const Variable h = drop(ops::tanh(ho_linear_->forward(drop(r.h, pass))), pass);
  const Attention attention = attend(memory, images, sentinel, h, pass);
  const Variable output = ops::tanh(att2h_->forward(ops::add(attention.context, h)));
  return {.output = drop(output, pass),
          .state = {r.h, r.c},
          .attention = ops::slice(attention.weights, 1, 1, attention.weights.shape()[1])};
}

}  // namespace limn::models
