#include "limn/models/newfc.h"

#include "limn/nn/dropout.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/recurrent_cell.h"
#include "models/input_checks.h"
#include "models/layers.h"
#include "models/option_checks.h"

namespace limn::models {
namespace {

void check_options(const NewFcOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"newfc"};
  check.positive("embedding", o.embedding);
  check.positive("hidden", o.hidden);
  check.probability("dropout", o.dropout);
  const auto e = static_cast<double>(o.embedding), d = static_cast<double>(o.hidden),
             v = static_cast<double>(sizes.vocabulary), f = static_cast<double>(sizes.features);
  check.parameters(v * (e + d) + f * e + 5 * d * (e + d), sizes,
                   fmt::format("embedding {} and hidden {} with {} words and {} features",
                               o.embedding, o.hidden, sizes.vocabulary, sizes.features));
}

}  // namespace

std::vector<Option> options_of(NewFcOptions& o) {
  return {
      {"embedding", &o.embedding, "width of word vectors"},
      {"hidden", &o.hidden, "width of the recurrent state"},
      {"dropout", &o.dropout, "probability, of what the recurrence says"},
  };
}

NewFc::NewFc(const NewFcOptions& options, const CaptionerSizes& sizes, Generator& generator)
    : StepwiseCaptioner(sizes), options_(options) {
  const NewFcOptions& o = options;
  check_options(o, sizes);
  embed_ = std::make_unique<nn::Embedding>(sizes.vocabulary, o.embedding, generator);
  fc_embed_ = make_linear(sizes.features, o.embedding, generator);
  logit_ = make_linear(o.hidden, sizes.vocabulary, generator);
  i2h_ = make_linear(o.embedding, 5 * o.hidden, generator);
  h2h_ = make_linear(o.hidden, 5 * o.hidden, generator);
  child("embed", *embed_);
  child("fc_embed", *fc_embed_);
  child("logit", *logit_);
  child("_core.i2h", *i2h_);
  child("_core.h2h", *h2h_);
}

std::vector<std::pair<std::string, std::string>> NewFc::options() const {
  return texts_of(options_);
}

// The part: what the image adds to the gates.
StepwiseCaptioner::Memory NewFc::look(const nn::Features& features, const nn::Pass&) const {
  const Variable& v = checked_global(*this, features, sizes().features);
  return {.parts = {i2h_->forward(fc_embed_->forward(v))}, .mask = {}};
}

std::vector<Variable> NewFc::initial_state(const Memory& memory, const nn::Pass&) const {
  const std::vector<Variable> zeros = zero_states(memory.parts[0], {options_.hidden});
  const Variable gates = ops::add(memory.parts[0], h2h_->forward(zeros[0]));
  const auto [h, c] = ops::maxout_lstm_cell(gates, {});
  return {h, c};
}

// What words add to the gates [N, 5·D].
Variable NewFc::read(std::span<const std::int32_t> words, const nn::Pass&) const {
  return i2h_->forward(embed_->forward(words));
}

StepwiseCaptioner::Step NewFc::advance(const Memory&, std::span<const std::int64_t>,
                                       const Variable& x, const std::vector<Variable>& state,
                                       const nn::Pass& pass) const {
  const auto [h, c] = ops::maxout_lstm_cell(ops::add(x, h2h_->forward(state[0])), state[1]);
  return {.output = nn::dropout(h, options_.dropout, pass), .state = {h, c}};
}

}  // namespace limn::models
