#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/comparison_page.h"
#include "cli/ensemble_flags.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/photo_set.h"
#include "cli/progress.h"
#include "cli/result_files.h"
#include "cli/search_flags.h"
#include "cli/systems.h"
#include "limn/core/precision.h"
#include "limn/metrics/meteor.h"
#include "limn/train/evaluate.h"

namespace limn::cli {
namespace {

struct EvaluateOptions {
  std::string references;
  std::vector<std::string> results;
  std::string tokenizer = "ptb";
  EnsembleFlags ensemble;
  PhotoSetOptions photos;
  SearchFlags search;
  std::string results_out;
  std::string meteor_data;
  std::string documents;
  std::string training;
  std::string html;
  bool json = false;
};

// What was trained on: all captions, or those of the split "train" if there is one.
std::vector<std::string> training_captions(const EvaluateOptions& options) {
  const data::CaptionSet set = read_whole(options.training, options.photos.split.lossy);
  const auto is_train = [](const data::CaptionedImage& image) { return image.split == "train"; };
  const bool split = std::any_of(set.images.begin(), set.images.end(), is_train);
  std::vector<std::string> captions;
  for (const data::CaptionedImage& image : set.images) {
    if (!split || is_train(image))
      captions.insert(captions.end(), image.captions.begin(), image.captions.end());
  }
  return captions;
}

std::vector<std::vector<std::string>> document_captions(const EvaluateOptions& options) {
  std::vector<std::vector<std::string>> documents;
  for (data::CaptionedImage& image :
       read_whole(options.documents, options.photos.split.lossy).images)
    documents.push_back(std::move(image.captions));
  return documents;
}

// Before the long work: a file may be missing or damaged.
Scoring scoring_of(const EvaluateOptions& options) {
  Scoring scoring{.tokenizer = text::make_tokenizer(options.tokenizer)};
  if (const auto path = metrics::find_meteor_data(options.meteor_data))
    scoring.meteor.emplace(*path);
  if (!options.documents.empty()) scoring.documents = document_captions(options);
  if (!options.training.empty()) scoring.training = training_captions(options);
  return scoring;
}

void write_captions(const train::Evaluation& evaluation, const std::vector<train::Photo>& photos,
                    const std::string& out) {
  std::vector<data::Result> results;
  for (std::size_t i = 0; i < evaluation.items.size(); ++i) {
    const train::Photo& photo = photos[static_cast<std::size_t>(evaluation.items[i])];
    results.push_back({photo.id, photo.name, evaluation.captions[i].text});
  }
  data::write_results(out, results);
}

std::string system_name(const EnsembleFlags& ensemble) {
  if (ensemble.models.size() == 1) return ensemble.models.front();
  return fmt::format("{} models together", ensemble.models.size());
}

SystemSet caption_photos(const EvaluateOptions& options) {
  const models::PhotoEnsemble models = load_ensemble(options.ensemble);
  const decode::SearchOptions search = search_of(options.search, models);
  const PhotoSet set = open_photo_set(models, options.photos);
  Progress progress;
  const train::Evaluation evaluation =
      train::evaluate(models, set.sources(), set.photos, search, Counter(progress, "photos"));
  progress.clear();
  report_skipped(set.failures());
  if (!options.results_out.empty()) write_captions(evaluation, set.photos, options.results_out);
  SystemSet result{
      .systems = {{.name = system_name(options.ensemble), .perplexity = evaluation.perplexity}}};
  for (std::size_t i = 0; i < evaluation.items.size(); ++i) {
    const train::Photo& photo = set.photos[static_cast<std::size_t>(evaluation.items[i])];
    result.photos.push_back(photo.name);
    result.references.push_back(photo.captions);
    result.systems.front().captions.push_back(evaluation.captions[i].text);
  }
  return result;
}

// What looks like a mistake and is none.
void explain(const SystemSet& set, const Scoring& scoring) {
  if (!scoring.meteor) {
    fmt::print(stderr,
               "limn: METEOR is left out, its data are not here: pip install pycocoevalcap, then "
               "python3 data_scripts/meteor_data.py\n");
  }
  if ((scoring.documents.empty() ? set.references : scoring.documents).size() == 1) {
    fmt::print(stderr,
               "limn: CIDEr-D of one photo is 0 by definition: what is said of every photo of a "
               "set weighs nothing\n");
  }
  for (const System& system : set.systems) {
    const auto empty = std::count(system.captions.begin(), system.captions.end(), "");
    if (empty > 0)
      fmt::print(stderr, "limn: {}: {} of {} captions are empty; they score 0\n", system.name,
                 empty, system.captions.size());
  }
}

// Either results or models, each with what it needs.
void check(const Command& command, EvaluateOptions& options) {
  check_search(command, options.search);
  const bool results = !options.results.empty(), models = !options.ensemble.models.empty();
  if (results == models)
    throw UsageError("evaluate: give either --results with --references or --model");
  if (results && options.references.empty())
    throw UsageError("evaluate: --results needs --references");
  if (models && options.photos.captions.empty())
    throw UsageError("evaluate: --model needs --captions, and --images or --features");
  if (results && !options.photos.images.empty() && options.html.empty())
    throw UsageError("evaluate: --images with --results are for the page; give --html too");
  if (models && !options.references.empty())
    throw UsageError("evaluate: --references are for --results; --model takes --captions");
  std::vector<std::string> of_models = search_flags();
  for (const char* flag : {"--captions", "--features", "--results-out", "--averaging",
                           "--model-weight", "--precision"})
    of_models.emplace_back(flag);
  for (const std::string& flag : of_models) {
    if (results && command.given(flag))
      throw UsageError(fmt::format("evaluate: {} is for --model, not for --results", flag));
  }
  check_ensemble(command, options.ensemble);
}

// Before the long work, too.
void check_paths(const EvaluateOptions& options) {
  std::vector<FlaggedFile> inputs{
      {"--references", options.references},        {"--captions", options.photos.captions},
      {"--images", options.photos.images},         {"--names", options.photos.split.names},
      {"--document-frequency", options.documents}, {"--training", options.training}};
  for (const std::string& path : options.results) inputs.push_back({"--results", path});
  for (const std::string& path : options.ensemble.models) inputs.push_back({"--model", path});
  for (const std::string& path : options.photos.features) inputs.push_back({"--features", path});
  if (const auto meteor = metrics::find_meteor_data(options.meteor_data))
    inputs.push_back({"--meteor-data", meteor->string()});
  check_files(inputs, {{"--results-out", options.results_out}, {"--html", options.html}});
  if (!options.photos.images.empty()) require_folder({"--images", options.photos.images});
}

int evaluate(const EvaluateOptions& options) {
  check_paths(options);
  const PrecisionGuard guard(precision_from(options.ensemble.precision));
  const Scoring scoring = scoring_of(options);
  const SystemSet set = options.results.empty() ? caption_photos(options)
                                                : read_systems(options.results, options.references,
                                                               options.photos.split);
  const std::vector<SystemScores> systems = score_systems(set, scoring);
  explain(set, scoring);
  const std::size_t photos = set.references.size();
  put_out(options.json ? json_text(scores_json(systems, photos)) : scores_table(systems, photos));
  if (!options.html.empty()) write_comparison(set, systems, options.photos.images, options.html);
  return kDone;
}

void add_result_flags(Command& command, EvaluateOptions& options) {
  command.group("Of results");
  command.add(options.results, {.name = "--results",
                                .value = "FILE",
                                .help = "COCO result file; its photos are those that count. "
                                        "Several are compared with the first, on the same photos"});
  command.add(
      options.references,
      {.name = "--references", .value = "FILE", .help = "what people said: any caption file"});
}

void add_model_flags(Command& command, EvaluateOptions& options) {
  command.group("Of a model");
  add_ensemble_flags(command, options.ensemble, false);
  command.add(options.photos.captions,
              {.name = "--captions", .value = "FILE", .help = "what people said of the photos"});
  add_photo_set_flags(command, options.photos);
  command.add(options.results_out, {.name = "--results-out",
                                    .value = "FILE",
                                    .help = "write the model's captions as a COCO result file"});
}

void add_score_flags(Command& command, EvaluateOptions& options) {
  command.add(options.tokenizer,
              {.name = "--tokenizer",
               .help = "how captions become words: ptb as the COCO evaluation; simple: lower case, "
                       "no punctuation; characters for Chinese, Japanese, Korean; words as Unicode "
                       "finds them; perplexity keeps to the model's own",
               .choices = text::tokenizer_names()});
  command.add(options.meteor_data,
              {.name = "--meteor-data",
               .value = "FILE",
               .help = "what METEOR needs, made by data_scripts/meteor_data.py; else "
                       "$LIMN_METEOR_DATA, ~/.local/share/limn/meteor-en.bin; absent: no METEOR"});
  command.add(options.documents,
              {.name = "--document-frequency",
               .value = "FILE",
               .help = "caption file whose photos say how common words are, for CIDEr-D; "
                       "else the references of the photos that have a result"});
  command.add(options.training,
              {.name = "--training",
               .value = "FILE",
               .help = "caption file that was trained on; counts the captions that are not in it"});
}

void add_output_flags(Command& command, EvaluateOptions& options) {
  command.add(options.html,
              {.name = "--html",
               .value = "FILE",
               .help = "write a page of all photos and captions, sortable by every score; with "
                       "--images it shows the best and the worst photos"});
  command.add(options.json, {.name = "--json", .help = "print the scores as JSON"});
}

}  // namespace

void define_evaluate(Program& program) {
  Command& command =
      program.command("evaluate", "BLEU, METEOR, ROUGE-L and CIDEr-D of results or a model");
  const auto options = std::make_shared<EvaluateOptions>();
  add_result_flags(command, *options);
  add_model_flags(command, *options);
  command.group("Of both");
  add_split_flags(command, options->photos.split);
  add_score_flags(command, *options);
  add_output_flags(command, *options);
  add_search_flags(command, options->search);
  command.run([options, &command] {
    check(command, *options);
    return evaluate(*options);
  });
}

}  // namespace limn::cli
