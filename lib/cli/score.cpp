#include <fmt/format.h>

#include <cmath>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/photo_set.h"
#include "cli/progress.h"
#include "limn/data/batch.h"
#include "limn/train/likelihood.h"
#include "limn/vision/image.h"

namespace limn::cli {
namespace {

constexpr std::int64_t kScoreBatch = 32;

struct ScoreOptions {
  std::string model;
  std::string caption;
  std::string photo;
  PhotoSetOptions set;
  bool json = false;
};

std::string shown(const text::Vocabulary& words, const std::string& word) {
  const bool known = word == words.word(words.end()) || words.id(word) != words.unknown();
  return known ? word : word + " (unknown word)";
}

int score_caption(const ScoreOptions& options) {
  const auto model = models::PhotoCaptioner::load(options.model);
  const auto enough = vision::enough_pixels(model.encoder().preprocessing());
  const std::vector<Tensor> photos{vision::read_image(options.photo, enough)};
  const std::vector<std::string> captions{options.caption};
  const models::Caption scored =
      model.score(model.look(photos), captions, std::vector<std::int64_t>{0}).front();
  train::TotalLikelihood total;
  total.add(scored);
  Rows rows{{"word", "log P", "P"}};
  ordered_json words = ordered_json::array();
  for (const models::ScoredWord& word : scored.words) {
    rows.push_back({shown(model.vocabulary(), word.word),
                    fmt::format("{:.4f}", word.log_probability),
                    fmt::format("{:.4f}", std::exp(word.log_probability))});
    words.push_back({{"word", word.word}, {"log_probability", word.log_probability}});
  }
  rows.push_back({"log P(S | I)", fmt::format("{:.4f}", total.log_probability)});
  rows.push_back({"perplexity", fmt::format("{:.4f}", total.perplexity())});
  put_out(options.json ? json_text({{"photo", options.photo},
                                    {"caption", options.caption},
                                    {"words", std::move(words)},
                                    {"log_probability", total.log_probability},
                                    {"perplexity", total.perplexity()}})
                       : table(rows));
  return kDone;
}

int score_set(const ScoreOptions& options) {
  if (!options.set.images.empty()) require_folder({"--images", options.set.images});
  const auto model = models::PhotoCaptioner::load(options.model);
  const PhotoSet set = open_photo_set(models::PhotoEnsemble::of(model), options.set);
  train::FeatureSource& source = *set.owned.front();
  const auto count = static_cast<std::int64_t>(set.photos.size());
  const auto batches = data::ordered_batches(count, kScoreBatch);
  Progress progress;
  Counter counter(progress, "photos");
  source.start(batches);
  train::TotalLikelihood total;
  const NoGradGuard guard;
  std::int64_t done = 0;
  for (const auto& batch : batches) {
    train::add_likelihood(model, source.next({}), set.photos, total);
    counter(done += static_cast<std::int64_t>(batch.size()), count);
  }
  progress.clear();
  report_skipped(set.failures());
  if (total.photos == 0) throw Error("none of the photos could be read");
  const std::string sum = fmt::format("{:.2f}", total.log_probability);
  put_out(options.json ? json_text({{"photos", total.photos},
                                    {"captions", total.captions},
                                    {"words", total.words},
                                    {"log_probability", total.log_probability},
                                    {"perplexity", total.perplexity()}})
                       : table({{"photos", fmt::format("{}", total.photos)},
                                {"captions", fmt::format("{}", total.captions)},
                                {"words, ends included", fmt::format("{}", total.words)},
                                {"sum of log P(S | I)", sum},
                                {"perplexity", fmt::format("{:.4f}", total.perplexity())}}));
  return kDone;
}

int score(const Command& command, const ScoreOptions& options) {
  if (options.set.captions.empty()) {
    for (const char* flag : {"--images", "--features", "--split", "--names", "--lossy"})
      if (command.given(flag)) throw UsageError(fmt::format("score: {} is for --captions", flag));
    if (!command.given("--caption") || options.photo.empty())
      throw UsageError("score: give --caption and PHOTO, or --captions and their photos");
    return score_caption(options);
  }
  if (!options.caption.empty() || !options.photo.empty())
    throw UsageError("score: --captions goes without --caption and PHOTO");
  return score_set(options);
}

}  // namespace

void define_score(Program& program) {
  Command& command = program.command("score", "log P(S | I), word by word; perplexity of a set");
  const auto options = std::make_shared<ScoreOptions>();
  command.add(options->model, {.name = "--model",
                               .value = "FILE",
                               .help = "the model.safetensors of a run",
                               .required = true});
  command.add(options->json,
              {.name = "--json", .help = "print as JSON; log-probabilities are natural"});
  command.group("One caption");
  command.add(options->photo, {.name = "PHOTO", .value = "FILE", .help = "a photo"});
  command.add(options->caption,
              {.name = "--caption", .value = "TEXT", .help = "what is said of the photo"});
  command.group("A set");
  command.add(options->set.captions,
              {.name = "--captions", .value = "FILE", .help = "what people said of photos"});
  add_photo_set_flags(command, options->set);
  add_split_flags(command, options->set.split);
  command.run([&command, options] { return score(command, *options); });
}

}  // namespace limn::cli
