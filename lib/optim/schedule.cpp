#include "limn/optim/schedule.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/check.h"

namespace limn::optim {
namespace {

const std::vector<std::string> kNames = {"constant", "step",         "cosine",
                                         "noam",     "inverse_sqrt", "plateau"};

void check(const ScheduleConfig& config) {
  const std::string& name = config.name;
  require(std::find(kNames.begin(), kNames.end(), name) != kNames.end(),
          "Schedule: name must be one of {}; got \"{}\"", fmt::join(kNames, ", "), name);
  require(config.warmup >= 0, "Schedule: warmup must be >= 0; got {}", config.warmup);
  if (name == "step" || name == "plateau") {
    require(config.decay > 0 && config.decay <= 1, "Schedule: decay must be in (0, 1]; got {}",
            config.decay);
  }
  if (name == "step") {
    require(config.every >= 1, "Schedule: every must be at least 1; got {}", config.every);
    require(config.from >= 0, "Schedule: from must be >= 0; got {}", config.from);
  }
  if (name == "plateau")
    require(config.patience >= 0, "Schedule: patience must be >= 0; got {}", config.patience);
  if (name == "cosine") {
    require(config.total > config.warmup,
            "Schedule: cosine needs a total above warmup = {}; got {}", config.warmup,
            config.total);
  }
  if (name == "noam" || name == "inverse_sqrt") {
    require(config.warmup >= 1 && config.width >= 1,
            "Schedule: {} needs warmup and width of at least 1; got {} and {}", name, config.warmup,
            config.width);
  }
}

}  // namespace

std::vector<Option> options_of(ScheduleConfig& config) {
  return {{"name", &config.name, "course of the learning rate", kNames},
          {"warmup", &config.warmup, "optimiser steps of linear warm-up"},
          {"decay", &config.decay, "step, plateau: factor, (0, 1]"},
          {"every", &config.every, "step: optimiser steps between decays"},
          {"from", &config.from, "step: optimiser step that they are counted from"},
          {"total", &config.total, "cosine: optimiser steps until 0"},
          {"width", &config.width, "noam: width of the model"},
          {"patience", &config.patience, "plateau: scores without a better one that are borne"}};
}

Schedule::Schedule(const ScheduleConfig& config) : config_(config) { check(config); }

double Schedule::factor(std::int64_t step) const {
  require(step >= 0, "Schedule: step must be >= 0; got {}", step);
  const auto s = static_cast<double>(step);
  const auto w = static_cast<double>(config_.warmup);
  if (config_.name == "cosine") {
    if (step < config_.warmup) return s / w;
    const double part = std::min(1.0, (s - w) / (static_cast<double>(config_.total) - w));
    return (1 + std::cos(std::numbers::pi * part)) / 2;
  }
  if (config_.name == "noam" || config_.name == "inverse_sqrt") {
    const double factor = std::min((s + 1) / w, std::sqrt(w / (s + 1)));
    return config_.name == "noam" ? factor / std::sqrt(static_cast<double>(config_.width) * w)
                                  : factor;
  }
  return decayed(step) * (step < config_.warmup ? (s + 1) / w : 1);
}

double Schedule::decayed(std::int64_t step) const {
  std::int64_t decays = 0;
  if (config_.name == "step")
    decays = std::max<std::int64_t>(step - config_.from, 0) / config_.every;
  if (config_.name == "plateau") decays = plateau_.decays;
  return std::pow(config_.decay, static_cast<double>(decays));
}

void Schedule::report(double score) {
  if (score > plateau_.best) {
    plateau_.best = score;
    plateau_.waited = 0;
  } else if (++plateau_.waited > config_.patience) {
    plateau_.waited = 0;
    ++plateau_.decays;
  }
}

std::string Schedule::state() const {
  return fmt::format("best={} waited={} decays={}", plateau_.best, plateau_.waited,
                     plateau_.decays);
}

void Schedule::load_state(const std::string& state) {
  Plateau loaded;
  const std::vector<Option> options = {
      {"best", &loaded.best, ""}, {"waited", &loaded.waited, ""}, {"decays", &loaded.decays, ""}};
  std::size_t begin = 0;
  for (const Option& option : options) {
    const std::size_t end = std::min(state.find(' ', begin), state.size());
    const std::string entry = state.substr(begin, end - begin);
    require(entry.starts_with(option.name + "="),
            "Schedule::load_state: needs \"best=… waited=… decays=…\"; got \"{}\"", state);
    set_option(options, option.name, entry.substr(option.name.size() + 1), "Schedule::load_state");
    begin = std::min(end + 1, state.size());
  }
  require(begin == state.size() && loaded.waited >= 0 && loaded.decays >= 0,
          "Schedule::load_state: needs \"best=… waited=… decays=…\"; got \"{}\"", state);
  plateau_ = loaded;
}

}  // namespace limn::optim
