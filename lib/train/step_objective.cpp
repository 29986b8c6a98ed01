#include "train/step_objective.h"

#include "limn/train/recipe_search.h"
#include "limn/train/scheduled_sampling.h"
#include "limn/train/self_critical.h"
#include "train/epoch_captions.h"

namespace limn::train {
namespace {

Baseline baseline_of(const std::string& name) {
  if (name == "greedy") return Baseline::greedy;
  return name == "beam" ? Baseline::beam : Baseline::others;
}

LabelSmoothing smoothing_of(const Recipe::Train& train) {
  return {.epsilon = train.label_smoothing,
          .kind = train.smoothing == "others" ? Smoothing::others : Smoothing::uniform};
}

}  // namespace

StepObjective::StepObjective(const Job& job)
    : job_(job),
      encoded_(encode_captions(job.train, job.model.vocabulary(), job.recipe.text.max_length)) {
  const Recipe::Reward& recipe = job.recipe.reward;
  if (recipe.from_epoch > 0)
    reward_.emplace(job.train, job.model, RewardWeights{recipe.cider, recipe.bleu4});
}

ObjectiveResult StepObjective::likelihood(const SourceBatch& source, std::int64_t epoch,
                                          const nn::Pass& pass) const {
  const models::Captioner& captioner = job_.model.captioner();
  const Recipe& recipe = job_.recipe;
  const data::CaptionBatch batch =
      data::pack_captions(captions_of_epoch(encoded_, source.items, recipe.train, epoch),
                          captioner.begin(), captioner.end());
  const data::CaptionBatch mixed = with_drawn_inputs(
      captioner, source.features, batch, recipe.scheduled_sampling.chance(epoch), *pass.generator);
  return maximum_likelihood(captioner, source.features, mixed, smoothing_of(recipe.train), pass);
}

ObjectiveResult StepObjective::reward(const SourceBatch& source, std::int64_t epoch,
                                      const nn::Pass& pass) const {
  const ObjectiveResult said = self_critical(source, pass);
  const double share = job_.recipe.reward.share;
  return share == 1 ? said : mixture(said, likelihood(source, epoch, pass), share);
}

ObjectiveResult StepObjective::self_critical(const SourceBatch& source,
                                             const nn::Pass& pass) const {
  const models::Captioner& captioner = job_.model.captioner();
  const Recipe::Reward& recipe = job_.recipe.reward;
  const auto reward = [&](std::int64_t image, std::span<const std::int32_t> words, bool finished) {
    return (*reward_)(source.items[static_cast<std::size_t>(image)], words, finished);
  };
  const SelfCriticalOptions options{.baseline = baseline_of(recipe.baseline),
                                    .samples = recipe.samples,
                                    .max_length = said_length(job_.recipe),
                                    .never_said = job_.model.never_said()};
  const auto captions = say_captions(captioner, source.features, reward, options, *pass.generator);
  return policy_gradient(captioner, source.features, captions, recipe.dropout ? pass : nn::Pass());
}

}  // namespace limn::train
