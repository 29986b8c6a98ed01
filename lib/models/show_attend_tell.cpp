#include "limn/models/show_attend_tell.h"

#include "core/check.h"
#include "limn/nn/dropout.h"
#include "limn/ops/activation.h"
#include "limn/ops/additive_attention.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "models/attention_penalty.h"
#include "models/drawn_regions.h"
#include "models/layers.h"
#include "models/option_checks.h"
#include "models/region_mean.h"

namespace limn::models {
namespace {

void check_options(const ShowAttendTellOptions& o, const CaptionerSizes& sizes,
                   std::int64_t context) {
  const OptionChecks check{"show_attend_tell"};
  check.choices(o);
  check.positive("embedding", o.embedding);
  check.positive("hidden", o.hidden);
  check.positive("attention_size", o.attention_size);
  check.not_negative("region_embedding", static_cast<double>(o.region_embedding));
  check.probability("dropout_regions", o.dropout_regions);
  check.probability("dropout_words", o.dropout_words);
  check.probability("dropout_output", o.dropout_output);
  check.not_negative("attention_penalty", o.attention_penalty);
  check.not_negative("reinforce_weight", o.reinforce_weight);
  check.not_negative("entropy_weight", o.entropy_weight);
  check.finite("forget_bias", o.forget_bias);
  const auto e = static_cast<double>(o.embedding), d = static_cast<double>(o.hidden),
             a = static_cast<double>(o.attention_size), c = static_cast<double>(context),
             v = static_cast<double>(sizes.vocabulary), f = static_cast<double>(sizes.features);
  const double embedded = o.region_embedding > 0 ? f * c : 0;
  check.parameters(4 * d * (e + c + d) + v * (e + d) + embedded + a * (c + d), sizes,
                   fmt::format("embedding {}, hidden {}, attention_size {} and region_embedding {} "
                               "with {} words and {} features",
                               o.embedding, o.hidden, o.attention_size, o.region_embedding,
                               sizes.vocabulary, sizes.features));
}

}  // namespace

std::vector<Option> options_of(ShowAttendTellOptions& o) {
  return {
      {"attention",
       &o.attention,
       "each word sees the mean of the regions, or one that is drawn",
       {"soft", "hard"}},
      {"embedding", &o.embedding, "width of word vectors"},
      {"hidden", &o.hidden, "width of the recurrent state"},
      {"attention_size", &o.attention_size, "width of the layer that scores regions"},
      {"region_embedding", &o.region_embedding,
       "width that regions are mapped to first, with ReLU; 0: none"},
      {"activation", &o.activation, "of the layer that scores regions", {"tanh", "relu"}},
      {"gate", &o.gate, "what the context is multiplied with", {"scalar", "vector", "none"}},
      {"start",
       &o.start,
       "initial state from the mean region: squashed or not",
       {"tanh", "linear"}},
      {"readout",
       &o.readout,
       "words from word, state and context, or from the state alone",
       {"deep", "hidden"}},
      {"embedding_relu", &o.embedding_relu, "ReLU on word vectors"},
      {"dropout_regions", &o.dropout_regions, "probability, of region embeddings"},
      {"dropout_words", &o.dropout_words, "probability, of word vectors"},
      {"dropout_output", &o.dropout_output, "probability, of state and readout"},
      {"attention_penalty", &o.attention_penalty,
       "weight of the penalty on regions that a caption looks at too little or too much"},
      {"reinforce_weight", &o.reinforce_weight, "weight of the reward of drawn regions (hard)"},
      {"entropy_weight", &o.entropy_weight, "weight of the entropy of the attention (hard)"},
      {"forget_bias", &o.forget_bias, "added inside the forget gate"},
  };
}

ShowAttendTell::ShowAttendTell(const ShowAttendTellOptions& options, const CaptionerSizes& sizes,
                               Generator& generator)
    : StepwiseCaptioner(sizes),
      options_(options),
      context_(options.region_embedding > 0 ? options.region_embedding : sizes.features) {
  const ShowAttendTellOptions& o = options;
  check_options(o, sizes, context_);
  if (o.region_embedding > 0) {
    region_embedding_ = make_linear(sizes.features, context_, generator);
    child("region_embedding", *region_embedding_);
  }
  encoder_att_ = make_linear(context_, o.attention_size, generator);
  decoder_att_ = make_linear(o.hidden, o.attention_size, generator);
  full_att_ = make_linear(o.attention_size, 1, generator);
  embedding_ = std::make_unique<nn::Embedding>(sizes.vocabulary, o.embedding, generator);
  decode_step_ = std::make_unique<nn::LstmCell>(
      nn::LstmCellConfig{o.embedding + context_, o.hidden, o.forget_bias}, generator);
  init_h_ = make_linear(context_, o.hidden, generator);
  init_c_ = make_linear(context_, o.hidden, generator);
  child("attention.encoder_att", *encoder_att_);
  child("attention.decoder_att", *decoder_att_);
  child("attention.full_att", *full_att_);
  child("embedding", *embedding_);
  child("decode_step", *decode_step_);
  child("init_h", *init_h_);
  child("init_c", *init_c_);
  if (o.gate != "none") {
    f_beta_ = make_linear(o.hidden, o.gate == "scalar" ? 1 : context_, generator);
    child("f_beta", *f_beta_);
  }
  if (deep()) {
    readout_h_ = make_linear(o.hidden, o.embedding, generator);
    readout_z_ = make_linear(context_, o.embedding, generator);
    child("readout_h", *readout_h_);
    child("readout_z", *readout_z_);
  }
  fc_ = make_linear(deep() ? o.embedding : o.hidden, sizes.vocabulary, generator);
  child("fc", *fc_);
  if (hard()) baseline_ = buffer("baseline", Tensor::zeros(Shape{2}));
}

std::vector<std::pair<std::string, std::string>> ShowAttendTell::options() const {
  return texts_of(options_);
}

bool ShowAttendTell::draws_regions(const nn::Pass& pass) const {
  require(pass.generator != nullptr,
          "show_attend_tell: hard attention draws in training; the pass has no generator");
  return pass.generator->uniform() < 0.5;
}

// Parts: the regions a, and W_a a + b, which is scored.
StepwiseCaptioner::Memory ShowAttendTell::look(const nn::Features& features,
                                               const nn::Pass& pass) const {
  Variable a = existing_regions(regions_of(features), features.mask);
  if (region_embedding_ != nullptr) {
    a = nn::dropout(ops::relu(region_embedding_->forward(a)), options_.dropout_regions, pass);
  }
  return {.parts = {a, encoder_att_->forward(a)},
          .mask = features.mask,
          .draws = hard() && pass.training && draws_regions(pass)};
}

std::vector<Variable> ShowAttendTell::initial_state(const Memory& memory, const nn::Pass&) const {
  const Variable mean = region_mean(memory.parts[0], memory.mask);
  const Variable h = init_h_->forward(mean), c = init_c_->forward(mean);
  if (options_.start == "linear") return {h, c};
  return {ops::tanh(h), ops::tanh(c)};
}

// What words add to the gates [N, 4D]; before it, for the deep readout, their vectors.
Variable ShowAttendTell::read(std::span<const std::int32_t> words, const nn::Pass& pass) const {
  Variable x = embedding_->forward(words);
  if (options_.embedding_relu) x = ops::relu(x);
  x = nn::dropout(x, options_.dropout_words, pass);
  const Variable gates = decode_step_->part(x, 0);
  return deep() ? ops::concatenate({x, gates}, 1) : gates;
}

struct ShowAttendTell::Attention {
  Variable weights;  ///< α [M, R]
  Variable context;  ///< [M, C], before the gate
  Variable choice;   ///< see DrawnRegions, when regions were drawn
};

ShowAttendTell::Attention ShowAttendTell::attend(const Memory& memory,
                                                 std::span<const std::int64_t> images,
                                                 const Variable& h, const nn::Pass& pass) const {
  const Variable& regions = memory.parts[0];
  const Variable scores = ops::additive_scores(
      memory.parts[1], decoder_att_->forward(h),
      ops::reshape(full_att_->weight(), Shape{options_.attention_size}), images,
      options_.activation == "relu" ? ops::ScoreActivation::relu : ops::ScoreActivation::tanh);
  const Variable weights = ops::masked_softmax(scores, memory.mask, images);
  if (!memory.draws) return {weights, ops::weighted_sum(weights, regions, images), {}};
  const DrawnRegions drawn = draw_regions(scores, weights, *pass.generator);
  return {weights, ops::weighted_sum(drawn.one_hot, regions, images), drawn.choice};
}

Variable ShowAttendTell::gated(const Variable& context, const Variable& h) const {
  if (f_beta_ == nullptr) return context;
  return ops::multiply(ops::sigmoid(f_beta_->forward(h)), context);
}

StepwiseCaptioner::Step ShowAttendTell::advance(const Memory& memory,
                                                std::span<const std::int64_t> images,
                                                const Variable& x,
                                                const std::vector<Variable>& state,
                                                const nn::Pass& pass) const {
  const std::int64_t e = deep() ? options_.embedding : 0;
  const Attention attention = attend(memory, images, state[0], pass);
  const Variable z = gated(attention.context, state[0]);
  const Variable word_gates = deep() ? ops::slice(x, 1, e, x.shape()[1]) : x;
  const auto [h, c] = decode_step_->step(
      ops::add(word_gates, decode_step_->part(z, options_.embedding)), {state[0], state[1]});
  Variable output = nn::dropout(h, options_.dropout_output, pass);
  if (deep()) {
    const Variable words = ops::slice(x, 1, 0, e);
    output = ops::add(ops::add(words, readout_h_->forward(output)), readout_z_->forward(z));
    output = nn::dropout(ops::tanh(output), options_.dropout_output, pass);
  }
  return {output, {h, c}, attention.weights, attention.choice};
}

Variable ShowAttendTell::penalty(const Memory& memory, const Trace& trace) const {
  std::vector<Variable> terms;
  if (options_.attention_penalty > 0) {
    std::vector<Variable> attention;
    for (const Step& step : trace.steps) attention.push_back(step.attention);
    terms.push_back(ops::affine(doubly_stochastic(attention, memory.mask, trace.batch.images),
                                options_.attention_penalty));
  }
  if (memory.draws) terms.push_back(reinforce(trace));
  if (terms.empty()) return {};
  return terms.size() == 1 ? terms.front() : ops::add(terms[0], terms[1]);
}

Variable ShowAttendTell::reinforce(const Trace& trace) const {
  std::vector<Variable> choices;
  for (const Step& step : trace.steps) choices.push_back(step.extra);
  Tensor baseline = baseline_;
  return reinforce_regions({.packing = trace.batch.packing,
                            .log_probabilities = trace.log_probabilities,
                            .choices = choices,
                            .reward_weight = options_.reinforce_weight,
                            .entropy_weight = options_.entropy_weight},
                           baseline);
}

}  // namespace limn::models
