#include "train/updater.h"

#include <limits>

#include "limn/ops/arithmetic.h"
#include "limn/optim/clip.h"

namespace limn::train {
namespace {

std::vector<optim::ParameterGroup> groups_of(const Job& job) {
  const auto named = [](const nn::Module& module, const std::string& prefix) {
    std::vector<optim::NamedVariable> result;
    for (const auto& [name, variable] : module.parameters())
      result.emplace_back(prefix + "." + name, variable);
    return result;
  };
  std::vector<optim::ParameterGroup> groups = {{named(job.model.captioner(), "captioner"), 1}};
  if (encoder_changes(job)) {
    groups.push_back(
        {named(job.model.encoder(), "encoder"), job.recipe.encoder.learning_rate_scale});
  }
  return groups;
}

}  // namespace

bool encoder_changes(const Job& job) {
  return job.model.has_encoder() && job.recipe.data.features.empty();
}

Updater::Updater(Job& job, const Phase& phase) : job_(job), schedule_(phase.schedule) {
  restart(phase);
}

void Updater::restart(const Phase& phase) {
  base_rate_ = phase.learning_rate;
  optimizer_ = optim::make_optimizer(job_.recipe.optimizer, groups_of(job_));
  schedule_ = optim::Schedule(phase.schedule);
  average_.reset();
  if (phase.average > 0) average_.emplace(groups_of(job_), phase.average);
}

void Updater::begin() {
  optimizer_->clear_grad();
  words_ = 0;
}

void Updater::add(const ObjectiveResult& result) {
  const bool alone = job_.recipe.train.accumulate == 1;
  backward(alone ? result.loss : ops::affine(result.loss, static_cast<double>(result.words)));
  words_ += result.words;
}

double Updater::clip() {
  const Recipe::Train& recipe = job_.recipe.train;
  const auto parameters = optimizer_->parameters();
  if (recipe.accumulate > 1) optim::scale_gradients(parameters, 1 / static_cast<double>(words_));
  if (recipe.clip_value > 0) optim::clip_value(parameters, recipe.clip_value);
  return optim::clip_norm(parameters, recipe.clip_norm > 0
                                          ? recipe.clip_norm
                                          : std::numeric_limits<double>::infinity());
}

void Updater::apply() {
  set_learning_rate(optimizer_->steps());
  optimizer_->step();
  mark_changed();
  if (average_) average_->update();
}

void Updater::set_learning_rate(std::int64_t step) {
  optimizer_->set_learning_rate(base_rate_ * schedule_.factor(step));
}

std::vector<std::pair<std::string, Tensor>> Updater::state_dict() const {
  std::vector<std::pair<std::string, Tensor>> state;
  for (const auto& [name, tensor] : optimizer_->state_dict())
    state.emplace_back("optimizer." + name, tensor);
  if (!average_) return state;
  for (const auto& [name, tensor] : average_->state_dict())
    state.emplace_back("average." + name, tensor);
  return state;
}

void Updater::load(const std::function<std::map<std::string, Tensor>(const std::string&)>& under,
                   const std::string& schedule) {
  optimizer_->load_state_dict(under("optimizer"));
  if (average_) average_->load_state_dict(under("average"));
  schedule_.load_state(schedule);
  // An epoch whose last step is behind reports its rate.
  if (optimizer_->steps() > 0) set_learning_rate(optimizer_->steps() - 1);
}

void Updater::swap_average() {
  if (!average_) return;
  average_->swap();
  mark_changed();
}

void Updater::mark_changed() const {
  job_.model.captioner().mark_changed();
  if (job_.model.has_encoder()) job_.model.encoder().mark_changed();
}

}  // namespace limn::train
