#include "train/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace limn::train {
namespace {

constexpr std::size_t kSamples = 12;

ReportCurve curve(const std::string& name, const std::vector<EpochReport>& epochs,
                  const std::function<double(const EpochReport&)>& value) {
  ReportCurve result{.name = name, .x = {}, .y = {}};
  for (const EpochReport& epoch : epochs) {
    result.x.push_back(static_cast<double>(epoch.epoch));
    result.y.push_back(value(epoch));
  }
  return result;
}

ReportCurve score_curve(const std::string& name, const std::vector<EpochReport>& epochs) {
  return curve(name, epochs, [&](const EpochReport& epoch) { return epoch.scores.at(name); });
}

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

bool has_reward(const std::vector<EpochReport>& epochs) {
  return std::any_of(epochs.begin(), epochs.end(), [](auto& epoch) { return epoch.reward; });
}

ReportChart loss_chart(const std::vector<EpochReport>& epochs) {
  const auto training = [](const EpochReport& epoch) { return epoch.reward ? kGap : epoch.loss; };
  const auto dev = [](const EpochReport& epoch) { return std::log(epoch.scores.at("perplexity")); };
  const auto said = [](const EpochReport& epoch) { return epoch.reward ? epoch.loss : kGap; };
  ReportChart chart{.title = "Loss: mean −log P per word",
                    .x_label = "epoch",
                    .y_label = "nats",
                    .curves = {curve("training", epochs, training), curve("dev", epochs, dev)}};
  if (has_reward(epochs)) chart.curves.push_back(curve("said in reward training", epochs, said));
  return chart;
}

ReportChart reward_chart(const std::vector<EpochReport>& epochs) {
  const auto reward = [](const EpochReport& epoch) { return epoch.reward.value_or(kGap); };
  return {.title = "Mean reward of what the model said in training",
          .x_label = "epoch",
          .y_label = "reward",
          .curves = {curve("reward", epochs, reward)}};
}

std::vector<ReportChart> charts_of(const std::vector<EpochReport>& epochs) {
  std::vector<ReportChart> charts = {
      loss_chart(epochs),
      {.title = "Scores of the captions found for the dev photos",
       .x_label = "epoch",
       .y_label = "score",
       .curves = {score_curve("CIDEr-D", epochs), score_curve("BLEU-1", epochs),
                  score_curve("BLEU-4", epochs), score_curve("ROUGE-L", epochs)}}};
  if (has_reward(epochs)) charts.push_back(reward_chart(epochs));
  return charts;
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole < 60) return fmt::format("{:.1f} s", seconds);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

using Summary = std::vector<std::pair<std::string, std::string>>;

Summary summary_of(const Job& job, const TrainingState& state) {
  const models::Captioner& captioner = job.model.captioner();
  Summary summary = {
      {"model", captioner.architecture()},
      {"parameters", fmt::format("{}", captioner.parameter_count())},
      {"encoder", job.model.has_encoder() ? job.model.encoder().name() : "none"},
      {"vocabulary", fmt::format("{} words", job.model.vocabulary().size())},
      {"training photos", fmt::format("{}", job.train.size())},
      {"dev photos", fmt::format("{}", job.dev.size())},
      {"time in training steps", duration(state.total_seconds)},
      {"words per second", fmt::format("{:.0f}", static_cast<double>(state.total_words) /
                                                     std::max(state.total_seconds, 1e-9))},
  };
  if (state.reward_from > 0)
    summary.emplace_back("reward training", fmt::format("from epoch {}", state.reward_from));
  if (state.best_epoch == 0) return summary;
  const EpochReport& best = state.best();
  summary.emplace_back("best epoch", fmt::format("{} of {}", best.epoch, state.epochs.size()));
  for (const auto& [name, value] : best.scores)
    summary.emplace_back(name, fmt::format("{:.4f}", value));
  summary.emplace_back("different captions",
                       fmt::format("{} of {} photos", best.distinct, best.photos));
  return summary;
}

}  // namespace

std::vector<SampleCaption> choose_samples(const Evaluation& evaluation) {
  const std::vector<double>& cider = evaluation.scores.cider_d.images;
  std::vector<std::size_t> ranked(evaluation.captions.size());
  std::iota(ranked.begin(), ranked.end(), std::size_t{0});
  std::stable_sort(ranked.begin(), ranked.end(),
                   [&](std::size_t a, std::size_t b) { return cider[a] > cider[b]; });
  const std::size_t count = std::min(kSamples, ranked.size());
  std::vector<SampleCaption> samples;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t k = ranked[count == 1 ? 0 : i * (ranked.size() - 1) / (count - 1)];
    samples.push_back({.item = evaluation.items[k],
                       .words = evaluation.captions[k].words,
                       .log_probability = evaluation.captions[k].log_probability,
                       .cider = cider[k]});
  }
  return samples;
}

Report run_report(const Job& job, const TrainingState& state) {
  Report report{.title = "limn: training of " + job.model.captioner().architecture(),
                .summary = summary_of(job, state),
                .charts = charts_of(state.epochs),
                .captions = {}};
  for (const SampleCaption& sample : state.samples) {
    const Photo& photo = job.dev.at(static_cast<std::size_t>(sample.item));
    ReportCaption caption{.name = photo.name,
                          .photo_data_uri = job.dev_features->picture(sample.item),
                          .references = photo.captions,
                          .words = {},
                          .log_probability = sample.log_probability,
                          .cider = sample.cider};
    for (const auto& [word, log_probability] : sample.words)
      caption.words.push_back({word, log_probability});
    report.captions.push_back(std::move(caption));
  }
  return report;
}

}  // namespace limn::train
