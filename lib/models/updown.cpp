#include "limn/models/updown.h"

#include "limn/nn/dropout.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "models/layers.h"
#include "models/option_checks.h"
#include "models/region_mean.h"

namespace limn::models {
namespace {

void check_options(const UpDownOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"updown"};
  check.positive("embedding", o.embedding);
  check.positive("hidden", o.hidden);
  check.positive("attention_size", o.attention_size);
  check.not_negative("global_features", static_cast<double>(o.global_features));
  check.finite("forget_bias", o.forget_bias);
  check.probability("dropout", o.dropout);
  check.not_negative("init", o.init);
  const auto e = static_cast<double>(o.embedding), d = static_cast<double>(o.hidden),
             a = static_cast<double>(o.attention_size), v = static_cast<double>(sizes.vocabulary),
             f = static_cast<double>(sizes.features),
             g = static_cast<double>(global_width(o.global_features, sizes));
  const double images =
      o.region_embedding ? d * (f + g) + 8 * d * d + a * d : 4 * d * (f + g) + a * f;
  check.parameters(v * (e + d) + 4 * d * (e + 4 * d) + a * d + images, sizes,
                   fmt::format("embedding {}, hidden {}, attention_size {} and global_features {} "
                               "with {} words and {} features",
                               o.embedding, o.hidden, o.attention_size, o.global_features,
                               sizes.vocabulary, sizes.features));
}

}  // namespace

std::vector<Option> options_of(UpDownOptions& o) {
  return {
      {"embedding", &o.embedding, "width of word vectors"},
      {"hidden", &o.hidden, "width of both recurrent states and of embedded regions"},
      {"attention_size", &o.attention_size, "width of the layer that scores regions"},
      {"global_features", &o.global_features, "width of global features; 0: that of the regions"},
      {"region_embedding", &o.region_embedding, "whether regions pass a linear map and ReLU first"},
      {"word_relu", &o.word_relu, "ReLU on word vectors"},
      {"attention_bias", &o.attention_bias, "whether the layers that score regions have biases"},
      {"forget_bias", &o.forget_bias, "added inside the forget gates"},
      {"dropout", &o.dropout, "probability, of words, embedded regions and the state that speaks"},
      {"init", &o.init, "weights start as N(0, init), biases at 0; 0: U(+-1/sqrt(inputs))"},
  };
}

UpDown::UpDown(const UpDownOptions& options, const CaptionerSizes& sizes, Generator& generator)
    : StepwiseCaptioner(sizes), options_(options) {
  check_options(options, sizes);
  make_layers(sizes, generator);
  if (options.init > 0)
    start_weights(*this, [&](Tensor& weight) { generator.fill_normal(weight, 0, options.init); });
}

void UpDown::make_layers(const CaptionerSizes& sizes, Generator& generator) {
  const UpDownOptions& o = options_;
  const std::int64_t global = global_width(o.global_features, sizes);
  const std::int64_t regions = o.region_embedding ? o.hidden : sizes.features;
  global_width_ = o.region_embedding ? o.hidden : global;
  embed_ = std::make_unique<nn::Embedding>(sizes.vocabulary, o.embedding, generator);
  child("embed.0", *embed_);
  if (o.region_embedding) {
    fc_embed_ = make_linear(global, o.hidden, generator);
    att_embed_ = make_linear(sizes.features, o.hidden, generator);
    child("fc_embed.0", *fc_embed_);
    child("att_embed.0", *att_embed_);
  }
  logit_ = make_linear(o.hidden, sizes.vocabulary, generator);
  ctx2att_ = make_linear(regions, o.attention_size, generator, o.attention_bias);
  att_lstm_ = std::make_unique<nn::LstmCell>(
      nn::LstmCellConfig{o.hidden + global_width_ + o.embedding, o.hidden, o.forget_bias},
      generator);
  lang_lstm_ = std::make_unique<nn::LstmCell>(
      nn::LstmCellConfig{regions + o.hidden, o.hidden, o.forget_bias}, generator);
  attention_ = std::make_unique<nn::AdditiveAttention>(
      nn::AdditiveAttentionConfig{o.hidden, o.attention_size, o.attention_bias}, generator);
  child("logit", *logit_);
  child("ctx2att", *ctx2att_);
  child("core.att_lstm", *att_lstm_);
  child("core.lang_lstm", *lang_lstm_);
  child("core.attention", *attention_);
}

std::vector<std::pair<std::string, std::string>> UpDown::options() const {
  return texts_of(options_);
}

Variable UpDown::embedded_global(const nn::Features& features, const nn::Pass& pass) const {
  const Variable global = global_of(features, options_.global_features);
  if (fc_embed_ == nullptr) return global;
  return nn::dropout(ops::relu(fc_embed_->forward(global)), options_.dropout, pass);
}

// Parts: a, its keys for the attention, and what g adds to the first LSTM's gates.
StepwiseCaptioner::Memory UpDown::look(const nn::Features& features, const nn::Pass& pass) const {
  const Variable a = options_.region_embedding
                         ? embedded_regions(features, *att_embed_, options_.dropout, pass)
                         : existing_regions(regions_of(features), features.mask);
  const Variable g = embedded_global(features, pass);
  return {.parts = {a, ctx2att_->forward(a), att_lstm_->part(g, options_.hidden)},
          .mask = features.mask};
}

// h¹, c¹, h², c².
std::vector<Variable> UpDown::initial_state(const Memory& memory, const nn::Pass&) const {
  const std::int64_t d = options_.hidden;
  return zero_states(memory.parts[0], {d, d, d, d});
}

// What words add to the first LSTM's gates [N, 4·D].
Variable UpDown::read(std::span<const std::int32_t> words, const nn::Pass& pass) const {
  const Variable x = embed_->forward(words);
  return att_lstm_->part(nn::dropout(options_.word_relu ? ops::relu(x) : x, options_.dropout, pass),
                         options_.hidden + global_width_);
}

StepwiseCaptioner::Step UpDown::advance(const Memory& memory, std::span<const std::int64_t> images,
                                        const Variable& x, const std::vector<Variable>& state,
                                        const nn::Pass& pass) const {
  const Variable given = ops::add(x, ops::gather_rows(memory.parts[2], images));
  const auto first =
      att_lstm_->step(ops::add(given, att_lstm_->part(state[2], 0)), {state[0], state[1]});
  const auto seen =
      attention_->forward(first.h, {memory.parts[0], memory.parts[1], memory.mask}, images);
  const std::int64_t width = seen.context.shape()[1];
  const Variable inputs =
      ops::add(lang_lstm_->part(seen.context, 0), lang_lstm_->part(first.h, width));
  const auto second = lang_lstm_->step(inputs, {state[2], state[3]});
  return {.output = nn::dropout(second.h, options_.dropout, pass),
          .state = {first.h, first.c, second.h, second.c},
          .attention = seen.weights};
}

}  // namespace limn::models
