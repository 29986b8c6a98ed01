#include "limn/models/nic.h"

#include "core/check.h"
#include "decode/word_rows.h"
#include "limn/nn/dropout.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/cross_entropy.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
#include "models/input_checks.h"
#include "models/layers.h"
#include "models/option_checks.h"
#include "models/target_weights.h"

namespace limn::models {
namespace {

nn::Cell cell_of(const std::string& name) {
  if (name == "lstm") return nn::Cell::lstm;
  return name == "gru" ? nn::Cell::gru : nn::Cell::rnn;
}

void check_options(const NicOptions& o) {
  const OptionChecks check{"nic"};
  check.choices(o);
  check.positive("embedding", o.embedding);
  check.positive("hidden", o.hidden);
  check.layers("layers", o.layers);
  check.probability("dropout_input", o.dropout_input);
  check.probability("dropout_output", o.dropout_output);
  check.finite("forget_bias", o.forget_bias);
  check.not_negative("init", o.init);
}

void check_size(const NicOptions& o, const CaptionerSizes& sizes) {
  const auto hidden = static_cast<double>(o.hidden), embedding = static_cast<double>(o.embedding),
             layers = static_cast<double>(o.layers);
  const double gates = o.cell == "lstm" ? 4 : o.cell == "gru" ? 3 : 1;
  const double image = o.image_as == "state" ? layers * hidden : embedding;
  const double parameters = gates * hidden * (embedding + hidden + 2 * (layers - 1) * hidden) +
                            static_cast<double>(sizes.vocabulary) * (embedding + hidden) +
                            static_cast<double>(sizes.features) * image;
  OptionChecks{"nic"}.parameters(
      parameters, sizes,
      fmt::format("embedding {}, hidden {} and layers {} with {} words and {} features",
                  o.embedding, o.hidden, o.layers, sizes.vocabulary, sizes.features));
}

/// `packing` with one more step before the first.
Packing with_first_step(const Packing& packing) {
  std::vector<std::int64_t> lengths;
  for (std::int64_t b = 0; b < packing.sequences(); ++b) lengths.push_back(packing.length(b) + 1);
  return Packing::of(lengths);
}

nn::Recurrent::State as_variables(const std::vector<Tensor>& tensors) {
  nn::Recurrent::State state;
  for (const Tensor& tensor : tensors) state.emplace_back(tensor);
  return state;
}

std::vector<Tensor> as_tensors(const nn::Recurrent::State& variables) {
  std::vector<Tensor> tensors;
  for (const Variable& variable : variables) tensors.push_back(variable.value());
  return tensors;
}

// The image of every packed row.
std::vector<std::int64_t> images_of_words(const data::CaptionBatch& batch) {
  std::vector<std::int64_t> images;
  for (std::int64_t t = 0; t < batch.packing.steps(); ++t) {
    images.insert(images.end(), batch.images.begin(), batch.images.begin() + batch.packing.rows(t));
  }
  return images;
}

}  // namespace

std::vector<Option> options_of(NicOptions& o) {
  return {
      {"cell", &o.cell, "recurrence: lstm, gru or rnn", {"lstm", "gru", "rnn"}},
      {"image_as",
       &o.image_as,
       "the image is the first input, part of each input, or the initial state",
       {"input", "each", "state"}},
      {"embedding", &o.embedding, "width of word vectors"},
      {"hidden", &o.hidden, "width of the recurrent state"},
      {"layers", &o.layers, "recurrent layers"},
      {"dropout_input", &o.dropout_input, "probability, of what the recurrence reads"},
      {"dropout_output", &o.dropout_output, "probability, of what the recurrence says"},
      {"forget_bias", &o.forget_bias, "added inside the LSTM's forget gate"},
      {"recurrent_bias", &o.recurrent_bias, "whether the recurrence has biases"},
      {"image_bias", &o.image_bias, "whether the image's linear map has a bias"},
      {"init", &o.init, "weights start as U(-init, init), biases at 0; 0: U(+-1/sqrt(inputs))"},
  };
}

Nic::Nic(const NicOptions& options, const CaptionerSizes& sizes, Generator& generator)
    : options_(options), sizes_(sizes) {
  check_options(options);
  check_size(options, sizes);
  recurrent_ =
      std::make_unique<nn::Recurrent>(nn::RecurrentConfig{.cell = cell_of(options.cell),
                                                          .inputs = options.embedding,
                                                          .hidden = options.hidden,
                                                          .layers = options.layers,
                                                          .bias = options.recurrent_bias,
                                                          .forget_bias = options.forget_bias},
                                      generator);
  const std::int64_t image_width =
      image_is_state() ? recurrent_->state_size() * options.hidden : options.embedding;
  image_ = std::make_unique<nn::Linear>(
      nn::LinearConfig{sizes.features, image_width, options.image_bias}, generator);
  embed_ = std::make_unique<nn::Embedding>(sizes.vocabulary, options.embedding, generator);
  out_ =
      std::make_unique<nn::Linear>(nn::LinearConfig{options.hidden, sizes.vocabulary}, generator);
  child("image", *image_);
  child("embed", *embed_);
  child("recurrent", *recurrent_);
  child("out", *out_);
  if (options.init > 0) {
    start_weights(*this, [&](Tensor& weight) {
      generator.fill_uniform(weight, -options.init, options.init);
    });
  }
}

bool Nic::image_is_state() const { return options_.image_as == "state"; }
bool Nic::image_is_each_input() const { return options_.image_as == "each"; }

std::vector<std::pair<std::string, std::string>> Nic::options() const { return texts_of(options_); }

// W_img CNN(I) of every image.
Variable Nic::image_vectors(const nn::Features& features) const {
  return image_->forward(checked_global(*this, features, sizes_.features));
}

// h_0 (and c_0) of every layer: tanh of their parts of the image's vector.
nn::Recurrent::State Nic::initial_state(const Variable& image) const {
  const Variable all = ops::tanh(image);
  nn::Recurrent::State state;
  for (std::int64_t i = 0; i < recurrent_->state_size(); ++i) {
    state.push_back(ops::slice(all, 1, i * options_.hidden, (i + 1) * options_.hidden));
  }
  return state;
}

// h of every target's step [N, D].
Variable Nic::hidden(const nn::Features& features, const data::CaptionBatch& batch,
                     const nn::Pass& pass) const {
  const Variable images = image_vectors(features);
  const Variable words = embed_->forward(batch.inputs);
  const auto read = [&](const Variable& x, const Packing& packing,
                        const nn::Recurrent::State& state) {
    const Variable dropped = nn::dropout(x, options_.dropout_input, pass);
    return recurrent_->forward(dropped, packing, state, pass).output;
  };
  if (image_is_each_input()) {
    const Variable image = ops::gather_rows(images, images_of_words(batch));
    return read(ops::add(words, image), batch.packing, {});
  }
  const Variable image = ops::gather_rows(images, batch.images);
  if (image_is_state()) return read(words, batch.packing, initial_state(image));
  const Variable h = read(ops::concatenate({image, words}, 0), with_first_step(batch.packing), {});
  return ops::slice(h, 0, batch.rows(), batch.rows() + batch.words());
}

Likelihood Nic::log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                               const LikelihoodOptions& options, const nn::Pass& pass) const {
  check_described(*this, features, batch);
  const Variable h = nn::dropout(hidden(features, batch, pass), options_.dropout_output, pass);
  auto result = ops::linear_cross_entropy(h, out_->weight(), out_->bias(), batch.targets,
                                          target_weights(batch, options), options.label_smoothing);
  return {std::move(result.total), std::move(result.log_probabilities)};
}

// Where each input has the image, what is read of it is the state's first tensor.
decode::State Nic::start(const nn::Features& features) const {
  const NoGradGuard guard;
  const Variable image = image_vectors(features);
  if (image_is_state()) return {.rows = as_tensors(initial_state(image)), .shared = {}};
  if (!image_is_each_input())
    return {.rows = as_tensors(recurrent_->step(image, {}, {}).state), .shared = {}};
  decode::State state{.rows = {recurrent_->read(image).value()}, .shared = {}};
  const Shape zeros{features.images(), options_.hidden};
  for (std::int64_t i = 0; i < recurrent_->state_size(); ++i)
    state.rows.push_back(Tensor::zeros(zeros, image.dtype()));
  return state;
}

// What the recurrence reads of words, each of which a search repeats.
Variable Nic::read_once(std::span<const std::int32_t> words) const {
  return Variable(decode::rows_of_words(this, words, [this](std::span<const std::int32_t> some) {
    return recurrent_->read(embed_->forward(some)).value();
  }));
}

Tensor Nic::step(decode::State& state, std::span<const std::int32_t> words) const {
  check_words(*this, state, words);
  const NoGradGuard guard;
  Variable x = read_once(words);
  nn::Recurrent::State before = as_variables(state.rows);
  std::vector<Tensor> after;
  if (image_is_each_input()) {
    x = ops::add(x, before.front());
    after.push_back(state.rows.front());
    before.erase(before.begin());
  }
  const auto [h, next] = recurrent_->step_read(x, before, {});
  for (const Variable& variable : next) after.push_back(variable.value());
  state.rows = std::move(after);
  return ops::log_softmax(out_->forward(h)).value();
}

}  // namespace limn::models
