#include "limn/models/att2in.h"

#include "limn/nn/dropout.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/recurrent_cell.h"
#include "models/layers.h"
#include "models/option_checks.h"

namespace limn::models {
namespace {

void check_options(const Att2inOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"att2in"};
  check.positive("embedding", o.embedding);
  check.positive("hidden", o.hidden);
  check.positive("attention_size", o.attention_size);
  check.probability("dropout", o.dropout);
  const auto e = static_cast<double>(o.embedding), d = static_cast<double>(o.hidden),
             a = static_cast<double>(o.attention_size), v = static_cast<double>(sizes.vocabulary),
             f = static_cast<double>(sizes.features);
  check.parameters(
      v * (e + d) + d * (f + 2 * a + 5 * e + 7 * d), sizes,
      fmt::format("embedding {}, hidden {} and attention_size {} with {} words and {} features",
                  o.embedding, o.hidden, o.attention_size, sizes.vocabulary, sizes.features));
}

}  // namespace

std::vector<Option> options_of(Att2inOptions& o) {
  return {
      {"embedding", &o.embedding, "width of word vectors"},
      {"hidden", &o.hidden, "width of the recurrent state and of embedded regions"},
      {"attention_size", &o.attention_size, "width of the layer that scores regions"},
      {"dropout", &o.dropout, "probability, of words, embedded regions and the state that speaks"},
  };
}

Att2in::Att2in(const Att2inOptions& options, const CaptionerSizes& sizes, Generator& generator)
    : StepwiseCaptioner(sizes), options_(options) {
  const Att2inOptions& o = options;
  check_options(o, sizes);
  embed_ = std::make_unique<nn::Embedding>(sizes.vocabulary, o.embedding, generator);
  att_embed_ = make_linear(sizes.features, o.hidden, generator);
  logit_ = make_linear(o.hidden, sizes.vocabulary, generator);
  ctx2att_ = make_linear(o.hidden, o.attention_size, generator);
  a2c_ = make_linear(o.hidden, 2 * o.hidden, generator);
  i2h_ = make_linear(o.embedding, 5 * o.hidden, generator);
  h2h_ = make_linear(o.hidden, 5 * o.hidden, generator);
  attention_ = std::make_unique<nn::AdditiveAttention>(
      nn::AdditiveAttentionConfig{o.hidden, o.attention_size}, generator);
  child("embed.0", *embed_);
  child("att_embed.0", *att_embed_);
  child("logit", *logit_);
  child("ctx2att", *ctx2att_);
  child("core.a2c", *a2c_);
  child("core.i2h", *i2h_);
  child("core.h2h", *h2h_);
  child("core.attention", *attention_);
}

std::vector<std::pair<std::string, std::string>> Att2in::options() const {
  return texts_of(options_);
}

// Parts: a and p.
StepwiseCaptioner::Memory Att2in::look(const nn::Features& features, const nn::Pass& pass) const {
  const Variable a = embedded_regions(features, *att_embed_, options_.dropout, pass);
  return {.parts = {a, ctx2att_->forward(a)}, .mask = features.mask};
}

std::vector<Variable> Att2in::initial_state(const Memory& memory, const nn::Pass&) const {
  return zero_states(memory.parts[0], {options_.hidden, options_.hidden});
}

// What words add to the gates [N, 5·D].
Variable Att2in::read(std::span<const std::int32_t> words, const nn::Pass& pass) const {
  const Variable x = nn::dropout(ops::relu(embed_->forward(words)), options_.dropout, pass);
  return i2h_->forward(x);
}

StepwiseCaptioner::Step Att2in::advance(const Memory& memory, std::span<const std::int64_t> images,
                                        const Variable& x, const std::vector<Variable>& state,
                                        const nn::Pass& pass) const {
  const auto attended =
      attention_->forward(state[0], {memory.parts[0], memory.parts[1], memory.mask}, images);
  const Variable gates = ops::add(x, h2h_->forward(state[0]));
  const auto [h, c] = ops::maxout_lstm_cell(gates, state[1], a2c_->forward(attended.context));
  return {.output = nn::dropout(h, options_.dropout, pass),
          .state = {h, c},
          .attention = attended.weights};
}

}  // namespace limn::models
