#include <fmt/ranges.h>

#include <map>
#include <set>

#include "cli/caption_output.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/output.h"
#include "cli/photo_set.h"
#include "cli/progress.h"
#include "cli/search_flags.h"
#include "limn/metrics/meteor.h"
#include "limn/metrics/scores.h"
#include "limn/train/evaluate.h"

namespace limn::cli {
namespace {

struct EvaluateOptions {
  std::string references;
  std::string results;
  std::string tokenizer = "ptb";
  std::string model;
  PhotoSetOptions photos;
  decode::SearchOptions search;
  std::string results_out;
  std::string meteor_data;
  bool json = false;
};

/// What is printed.
struct Outcome {
  std::map<std::string, double> scores;
  std::size_t photos = 0;
  std::size_t distinct = 0;
};

metrics::Candidate candidate(const text::Tokenizer& tokenizer, const std::string& caption,
                             const std::vector<std::string>& references) {
  metrics::Candidate result{.hypothesis = tokenizer.split(caption), .references = {}};
  for (const std::string& reference : references)
    result.references.push_back(tokenizer.split(reference));
  return result;
}

// References by COCO id and by file name.
class References {
 public:
  explicit References(std::vector<data::CaptionedImage> images) : images_(std::move(images)) {
    for (const data::CaptionedImage& image : images_) {
      if (image.id != 0) by_id_.emplace(image.id, &image);
      by_file_.emplace(image.file, &image);
    }
  }

  const data::CaptionedImage* find(const data::Result& result) const {
    if (result.image_id != 0) {
      const auto found = by_id_.find(result.image_id);
      return found == by_id_.end() ? nullptr : found->second;
    }
    const auto found = by_file_.find(result.file);
    return found == by_file_.end() ? nullptr : found->second;
  }

  std::size_t size() const { return images_.size(); }

 private:
  std::vector<data::CaptionedImage> images_;
  std::map<std::int64_t, const data::CaptionedImage*> by_id_;
  std::map<std::string, const data::CaptionedImage*> by_file_;
};

std::string name_of(const data::Result& result) {
  return result.image_id != 0 ? fmt::format("{}", result.image_id) : result.file;
}

// Those that have references. As the COCO evaluation does, only the photos of the results count;
// one without references is an error, unless only a split is asked for.
std::vector<metrics::Candidate> candidates_of(const std::vector<data::Result>& results,
                                              const References& references,
                                              const EvaluateOptions& options) {
  const auto tokenizer = text::make_tokenizer(options.tokenizer);
  std::vector<metrics::Candidate> candidates;
  std::vector<std::string> unknown;
  for (const data::Result& result : results) {
    const data::CaptionedImage* image = references.find(result);
    if (image == nullptr) {
      unknown.push_back(name_of(result));
      continue;
    }
    candidates.push_back(candidate(*tokenizer, result.caption, image->captions));
  }
  const bool whole = options.photos.split.split.empty() && options.photos.split.names.empty();
  if (!unknown.empty() && (whole || candidates.empty())) {
    const auto shown = std::min<std::size_t>(unknown.size(), 5);
    throw IoError(options.results,
                  fmt::format("{} of {} results are of photos without references: {}{}; are the "
                              "references the right file?",
                              unknown.size(), results.size(),
                              fmt::join(unknown.begin(), unknown.begin() + shown, ", "),
                              shown < unknown.size() ? ", …" : ""));
  }
  return candidates;
}

using Meteor = std::optional<metrics::Meteor>;

Meteor open_meteor(const EvaluateOptions& options) {
  const auto path = metrics::find_meteor_data(options.meteor_data);
  return path ? Meteor(*path) : std::nullopt;
}

Outcome score(const std::vector<metrics::Candidate>& candidates, const Meteor& meteor) {
  const metrics::Scores scores = metrics::score(candidates);
  Outcome outcome{
      .scores = {{"ROUGE-L", scores.rouge_l.corpus}, {"CIDEr-D", scores.cider_d.corpus}},
      .photos = candidates.size()};
  for (std::size_t n = 0; n < scores.bleu.size(); ++n)
    outcome.scores[fmt::format("BLEU-{}", n + 1)] = scores.bleu[n].corpus;
  if (meteor) outcome.scores["METEOR"] = meteor->score(candidates).corpus;
  std::set<std::vector<std::string>> distinct;
  for (const metrics::Candidate& each : candidates) distinct.insert(each.hypothesis);
  outcome.distinct = distinct.size();
  return outcome;
}

Outcome evaluate_results(const EvaluateOptions& options, const Meteor& meteor) {
  const References references(read_split(options.references, options.photos.split));
  const std::vector<data::Result> results =
      data::read_results(options.results, options.photos.split.lossy);
  const auto candidates = candidates_of(results, references, options);
  if (candidates.size() < references.size()) {
    fmt::print(stderr,
               "limn: {} of the {} photos with references have a result; they alone count\n",
               candidates.size(), references.size());
  }
  return score(candidates, meteor);
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

// Of the captions that a model found, split by another tokeniser than its own.
std::vector<metrics::Candidate> candidates_of(const train::Evaluation& evaluation,
                                              const std::vector<train::Photo>& photos,
                                              const text::Tokenizer& tokenizer) {
  std::vector<metrics::Candidate> candidates;
  for (std::size_t i = 0; i < evaluation.items.size(); ++i) {
    const train::Photo& photo = photos[static_cast<std::size_t>(evaluation.items[i])];
    candidates.push_back(candidate(tokenizer, evaluation.captions[i].text, photo.captions));
  }
  return candidates;
}

Outcome evaluate_model(const EvaluateOptions& options, const Meteor& meteor) {
  const auto tokenizer = text::make_tokenizer(options.tokenizer);
  const auto model = models::PhotoCaptioner::load(options.model);
  const PhotoSet set = open_photo_set(model, options.photos);
  Progress progress;
  const train::Evaluation evaluation =
      train::evaluate(model, *set.source, set.photos, options.search, Counter(progress, "photos"));
  progress.clear();
  report_skipped(set.source->failures());
  if (!options.results_out.empty()) write_captions(evaluation, set.photos, options.results_out);
  Outcome outcome = score(candidates_of(evaluation, set.photos, *tokenizer), meteor);
  outcome.scores["perplexity"] = evaluation.perplexity;
  return outcome;
}

// Either results or a model, each with what it needs.
void check(const EvaluateOptions& options) {
  check_search(options.search);
  if (options.results.empty() == options.model.empty())
    throw UsageError("evaluate: give either --results with --references or --model");
  if (!options.results.empty() && options.references.empty())
    throw UsageError("evaluate: --results needs --references");
  if (!options.model.empty() && options.photos.captions.empty())
    throw UsageError("evaluate: --model needs --captions, and --images or --features");
}

int evaluate(const EvaluateOptions& options) {
  check(options);
  const Meteor meteor = open_meteor(options);  // before the long work: it may be damaged
  const Outcome outcome =
      options.model.empty() ? evaluate_results(options, meteor) : evaluate_model(options, meteor);
  if (!meteor) {
    fmt::print(stderr,
               "limn: METEOR is left out, its data are not here: pip install pycocoevalcap, then "
               "python3 data_scripts/meteor_data.py\n");
  }
  if (options.json) {
    put_out(json_text(
        {{"scores", outcome.scores}, {"photos", outcome.photos}, {"distinct", outcome.distinct}}));
    return kDone;
  }
  auto rows = score_rows(outcome.scores);
  rows.push_back({"photos", fmt::format("{}", outcome.photos)});
  rows.push_back({"distinct captions", fmt::format("{}", outcome.distinct)});
  put_out(table(rows));
  return kDone;
}

}  // namespace

void define_evaluate(Program& program) {
  Command& command =
      program.command("evaluate", "BLEU, METEOR, ROUGE-L and CIDEr-D of results or a model");
  const auto options = std::make_shared<EvaluateOptions>();
  command.group("Of results");
  command.add(options->results, {.name = "--results",
                                 .value = "FILE",
                                 .help = "COCO result file; its photos are those that count"});
  command.add(
      options->references,
      {.name = "--references", .value = "FILE", .help = "what people said: any caption file"});
  command.group("Of a model");
  command.add(options->model,
              {.name = "--model", .value = "FILE", .help = "the model.safetensors of a run"});
  command.add(options->photos.captions,
              {.name = "--captions", .value = "FILE", .help = "what people said of the photos"});
  add_photo_set_flags(command, options->photos);
  command.add(options->results_out, {.name = "--results-out",
                                     .value = "FILE",
                                     .help = "write the model's captions as a COCO result file"});
  command.group("Of both");
  add_split_flags(command, options->photos.split);
  command.add(options->tokenizer,
              {.name = "--tokenizer",
               .value = "NAME",
               .help = "how captions become words: ptb, as in the COCO evaluation, simple (lower "
                       "case, no punctuation) or whitespace; perplexity keeps to the model's own"});
  command.add(options->meteor_data,
              {.name = "--meteor-data",
               .value = "FILE",
               .help = "what METEOR needs, made by data_scripts/meteor_data.py; else "
                       "$LIMN_METEOR_DATA, ~/.local/share/limn/meteor-en.bin; absent: no METEOR"});
  command.add(options->json, {.name = "--json", .help = "print the scores as JSON"});
  add_search_flags(command, options->search);
  command.run([options] { return evaluate(*options); });
}

}  // namespace limn::cli
