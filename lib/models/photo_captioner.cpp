#include "limn/models/photo_captioner.h"

#include <algorithm>
#include <numeric>

#include "core/check.h"
#include "core/json_value.h"
#include "limn/metrics/diversity.h"
#include "models/given_caption.h"
#include "models/model_file.h"

namespace limn::models {
namespace {

// Files of limn 0.1 before there was a choice do not name them.
text::SpecialWords special_words(const JsonValue& description) {
  if (!description.has("special_words")) return {};
  const JsonValue names = description.at("special_words");
  return {.end = names.at("end").text(),
          .begin = names.at("begin").text(),
          .unknown = names.at("unknown").text()};
}

std::unique_ptr<text::Tokenizer> read_tokenizer(const JsonValue& description) {
  const bool has_data = description.has("tokenizer_data");
  return text::make_tokenizer(description.at("tokenizer").text(),
                              has_data ? description.at("tokenizer_data").text() : "");
}

// A few times what the file has, for the count that is held against it is an estimate.
double most_parameters(const SafetensorsFile& file) {
  double elements = 0;
  for (const std::string& name : file.names())
    if (name.starts_with("captioner."))
      elements += static_cast<double>(file.shape(name).elements());
  return 4 * elements + 1e6;
}

CaptionerSizes sizes_of(const JsonValue& object, const text::Vocabulary& vocabulary,
                        double most_parameters) {
  return {.vocabulary = vocabulary.size(),
          .begin = vocabulary.begin(),
          .end = vocabulary.end(),
          .features = object.at("features").integer(),
          .most_parameters = most_parameters};
}

// An encoder whose weights are those under "encoder." in the file.
std::unique_ptr<encoders::Encoder> read_encoder(const SafetensorsFile& file,
                                                const std::string& config) {
  if (config.empty()) return nullptr;
  return encoders::restore_encoder(config, file.tensors_under("encoder"), file.path());
}

PhotoCaptioner read_model(const SafetensorsFile& file, const JsonValue& description) {
  auto vocabulary = text::Vocabulary::from_words(description.at("vocabulary").texts(),
                                                 special_words(description));
  Generator generator;
  auto captioner = make_captioner(
      description.at("architecture").text(), description.at("options").named_texts(),
      sizes_of(description.at("sizes"), vocabulary, most_parameters(file)), generator);
  captioner->load_state_dict(file.tensors_under("captioner"));
  captioner->set_trainable(false);
  PhotoCaptioner model(read_encoder(file, description.at("encoder").text()), std::move(captioner),
                       std::move(vocabulary), read_tokenizer(description));
  model.scores = description.at("scores").named_numbers();
  return model;
}

// Gives the words of `scored` their packed log-probabilities.
void fill_log_probabilities(const data::CaptionBatch& batch, const Tensor& packed,
                            std::vector<Caption>& scored) {
  const Tensor log_probabilities = packed.to(DType::float64);
  const double* values = log_probabilities.data<double>();
  for (std::int64_t row = 0; row < batch.rows(); ++row) {
    Caption& caption = scored[static_cast<std::size_t>(batch.order[static_cast<std::size_t>(row)])];
    for (std::size_t t = 0; t < caption.words.size(); ++t) {
      const double value = values[batch.packing.offset(static_cast<std::int64_t>(t)) + row];
      caption.words[t].log_probability = value;
      caption.log_probability += value;
    }
  }
}

}  // namespace

PhotoCaptioner::PhotoCaptioner(std::unique_ptr<encoders::Encoder> encoder,
                               std::unique_ptr<Captioner> captioner, text::Vocabulary vocabulary,
                               std::unique_ptr<text::Tokenizer> tokenizer)
    : encoder_(std::move(encoder)),
      captioner_(std::move(captioner)),
      vocabulary_(std::move(vocabulary)),
      tokenizer_(std::move(tokenizer)) {
  require(captioner_ != nullptr && tokenizer_ != nullptr,
          "PhotoCaptioner: needs a captioner and a tokenizer");
  require(captioner_->vocabulary_size() == vocabulary_.size(),
          "PhotoCaptioner: the captioner has {} words, the vocabulary {}",
          captioner_->vocabulary_size(), vocabulary_.size());
}

PhotoCaptioner PhotoCaptioner::load(const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  const json description = read_model_description(file);
  try {
    return read_model(file, {description, path});
  } catch (const InvalidArgument& error) {
    throw IoError(path, fmt::format("its parts do not fit: {}", error.what()));
  }
}

std::string PhotoCaptioner::description() const {
  json result{
      {"kind", kModelKind},
      {"version", kModelVersion},
      {"architecture", captioner_->architecture()},
      {"options",
       [&] {
         json options = json::object();
         for (const auto& [name, value] : captioner_->options()) options[name] = value;
         return options;
       }()},
      {"sizes", {{"features", captioner_->sizes().features}}},
      {"encoder", encoder_ == nullptr ? "" : encoders::config_text(encoders::config_of(*encoder_))},
      {"tokenizer", tokenizer_->name()},
      {"vocabulary", vocabulary_.words()},
      {"special_words",
       {{"end", vocabulary_.special().end},
        {"begin", vocabulary_.special().begin},
        {"unknown", vocabulary_.special().unknown}}},
      {"scores", json_numbers(scores)}};
  if (const std::string data = tokenizer_->data(); !data.empty()) result["tokenizer_data"] = data;
  return result.dump();
}

void PhotoCaptioner::save(const std::filesystem::path& path) const {
  std::vector<std::pair<std::string, Tensor>> tensors;
  for (const auto& [name, tensor] : captioner_->state_dict())
    tensors.emplace_back("captioner." + name, tensor);
  if (encoder_ != nullptr) {
    for (const auto& [name, tensor] : encoder_->state_dict())
      tensors.emplace_back("encoder." + name, tensor);
  }
  write_safetensors(path, tensors, {{kDescription, description()}});
}

nn::Features PhotoCaptioner::look(std::span<const Tensor> photos) const {
  require(encoder_ != nullptr,
          "PhotoCaptioner: the model was trained on features whose encoder it does not hold, so it "
          "cannot look at photos; give it features");
  const NoGradGuard guard;
  const Tensor batch = vision::batch_of(photos, encoder_->preprocessing());
  return encoder_->forward(Variable(batch), {});
}

std::vector<std::vector<Caption>> PhotoCaptioner::caption(
    std::span<const Tensor> photos, const decode::SearchOptions& options) const {
  if (photos.empty()) return {};
  return caption(look(photos), options);
}

std::vector<std::int32_t> PhotoCaptioner::never_said() const {
  std::vector<std::int32_t> never{vocabulary_.unknown(), vocabulary_.begin()};
  std::erase(never, vocabulary_.end());
  return never;
}

std::vector<std::int32_t> PhotoCaptioner::ids_within(const std::string& text) const {
  const std::vector<std::string> before = tokenizer_->split("a");
  std::vector<std::string> all = tokenizer_->split("a " + text);
  const bool apart =
      all.size() >= before.size() && std::equal(before.begin(), before.end(), all.begin());
  if (!apart) return vocabulary_.encode(tokenizer_->split(text));
  all.erase(all.begin(), all.begin() + std::ssize(before));
  return vocabulary_.encode(all);
}

std::vector<std::int32_t> PhotoCaptioner::bad_endings() const {
  std::vector<std::int32_t> ids;
  for (const std::string& word : metrics::bad_endings()) {
    const std::vector<std::int32_t> pieces = ids_within(word);
    if (pieces.size() == 1 && !vocabulary_.is_special(pieces.front()))
      ids.push_back(pieces.front());
  }
  return ids;
}

std::vector<std::vector<Caption>> PhotoCaptioner::caption(
    const nn::Features& features, const decode::SearchOptions& options) const {
  decode::SearchOptions words = options;
  const std::vector<std::int32_t> never = never_said();
  words.forbidden.insert(words.forbidden.end(), never.begin(), never.end());
  return describe(decode::beam_search(*captioner_, features, words));
}

std::vector<std::vector<Caption>> PhotoCaptioner::describe(
    const std::vector<std::vector<decode::Hypothesis>>& found) const {
  std::vector<std::vector<Caption>> captions;
  for (const auto& hypotheses : found) {
    auto& of_photo = captions.emplace_back();
    for (const auto& hypothesis : hypotheses) of_photo.push_back(describe(hypothesis));
  }
  return captions;
}

Caption PhotoCaptioner::describe(const decode::Hypothesis& hypothesis) const {
  std::vector<std::string> words = vocabulary_.decode(hypothesis.words);
  Caption caption{.text = tokenizer_->join(words),
                  .words = {},
                  .log_probability = hypothesis.log_probability,
                  .finished = hypothesis.finished,
                  .attention = hypothesis.attention};
  if (hypothesis.finished) words.push_back(vocabulary_.word(vocabulary_.end()));
  for (std::size_t i = 0; i < words.size(); ++i) {
    caption.words.push_back({words[i], hypothesis.log_probabilities[i]});
  }
  return caption;
}

std::vector<Caption> PhotoCaptioner::score(const nn::Features& features,
                                           std::span<const std::string> captions,
                                           std::span<const std::int64_t> images) const {
  std::vector<std::vector<std::string>> words;
  for (const std::string& caption : captions) words.push_back(tokenizer_->split(caption));
  std::vector<Caption> scored = score_words(features, words, images);
  for (std::size_t i = 0; i < scored.size(); ++i) scored[i].text = captions[i];
  return scored;
}

Caption given_caption(const PhotoCaptioner& model, const std::vector<std::string>& words) {
  Caption caption{
      .text = model.tokenizer().join(words), .words = {}, .log_probability = 0, .finished = true};
  for (const std::string& word : words) caption.words.push_back({word, 0});
  caption.words.push_back({model.vocabulary().word(model.vocabulary().end()), 0});
  return caption;
}

std::vector<Caption> PhotoCaptioner::score_words(const nn::Features& features,
                                                 std::span<const std::vector<std::string>> captions,
                                                 std::span<const std::int64_t> images) const {
  require(captions.size() == images.size(),
          "PhotoCaptioner: every caption needs its image; got {} captions and {} images",
          captions.size(), images.size());
  if (captions.empty()) return {};
  std::vector<Caption> scored;
  std::vector<data::EncodedCaption> encoded;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    require(0 <= images[i] && images[i] < features.images(), "PhotoCaptioner: image {} of {}",
            images[i], features.images());
    scored.push_back(given_caption(*this, captions[i]));
    encoded.push_back({images[i], vocabulary_.encode(captions[i])});
  }
  const data::CaptionBatch batch =
      data::pack_captions(encoded, vocabulary_.begin(), vocabulary_.end());
  const NoGradGuard guard;
  fill_log_probabilities(
      batch, captioner_->log_likelihood(features, batch, {}, {}).log_probabilities, scored);
  return scored;
}

}  // namespace limn::models
