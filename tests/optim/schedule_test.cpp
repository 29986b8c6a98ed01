#include "limn/optim/schedule.h"

#include <cmath>

#include "limn/core/error.h"
#include "support/golden.h"

using namespace limn;
using optim::Schedule;
using optim::ScheduleConfig;

namespace {

void check_golden(const std::string& name, double base, const ScheduleConfig& config) {
  const SafetensorsFile file(test::kGolden / "optimizers.safetensors");
  const Tensor expected = file.tensor("schedule/" + name);
  REQUIRE(expected.elements() == 100);
  const Schedule schedule(config);
  for (std::int64_t step = 0; step < expected.elements(); ++step) {
    INFO(name << " step " << step);
    REQUIRE(base * schedule.factor(step) ==
            Approx(expected.data<double>()[step]).epsilon(1e-12).margin(1e-18));
  }
}

}  // namespace

TEST_CASE("schedules follow their formulas") {
  check_golden("constant", 0.001, {});
  check_golden("linear_warmup_constant", 0.001, {.warmup = 10});
  check_golden("step_decay", 0.001, {.name = "step", .decay = 0.8, .every = 15});
  check_golden("cosine_warmup", 0.001, {.name = "cosine", .warmup = 10, .total = 100});
  check_golden("noam", 2, {.name = "noam", .warmup = 40, .width = 512});
  check_golden("inverse_sqrt", 0.001, {.name = "inverse_sqrt", .warmup = 10});
}

TEST_CASE("warm-up multiplies the steps that decay meanwhile") {
  const Schedule schedule({.name = "step", .warmup = 4, .decay = 0.5, .every = 2});
  REQUIRE(schedule.factor(0) == 0.25);
  REQUIRE(schedule.factor(2) == 0.75 * 0.5);
  REQUIRE(schedule.factor(3) == 0.5);
  REQUIRE(schedule.factor(4) == 0.25);
}

TEST_CASE("steps count from where they are told to") {
  const Schedule schedule({.name = "step", .decay = 0.5, .every = 3, .from = 4});
  for (const std::int64_t step : {0, 3, 4, 6}) REQUIRE(schedule.factor(step) == 1);
  REQUIRE(schedule.factor(7) == 0.5);
  REQUIRE(schedule.factor(9) == 0.5);
  REQUIRE(schedule.factor(10) == 0.25);
}

TEST_CASE("the cosine ends at 0 and stays there") {
  const Schedule schedule({.name = "cosine", .total = 10});
  REQUIRE(schedule.factor(0) == 1);
  REQUIRE(schedule.factor(5) == Approx(0.5));
  REQUIRE(schedule.factor(10) == 0);
  REQUIRE(schedule.factor(1'000'000) == 0);
}

TEST_CASE("plateau bears `patience` reports without a better one") {
  Schedule schedule({.name = "plateau", .decay = 0.5, .patience = 2});
  const auto after = [&](double score) {
    schedule.report(score);
    return schedule.factor(7);
  };
  REQUIRE(after(0.3) == 1);
  REQUIRE(after(0.3) == 1);  // equal is not better
  REQUIRE(after(0.2) == 1);
  REQUIRE(after(0.25) == 0.5);
  REQUIRE(after(0.29) == 0.5);
  REQUIRE(after(0.31) == 0.5);
  REQUIRE(after(std::nan("")) == 0.5);
  REQUIRE(after(0.1) == 0.5);
  REQUIRE(after(0.1) == 0.25);
}

TEST_CASE("plateau warms up as well") {
  Schedule schedule({.name = "plateau", .warmup = 4, .decay = 0.5, .patience = 0});
  schedule.report(1);
  schedule.report(1);
  REQUIRE(schedule.factor(1) == 0.25);
}

TEST_CASE("only plateau listens to scores") {
  Schedule schedule({.name = "step", .decay = 0.5, .every = 10});
  for (int i = 0; i < 9; ++i) schedule.report(0);
  REQUIRE(schedule.factor(9) == 1);
}

TEST_CASE("a loaded schedule goes on where the saved one was") {
  const ScheduleConfig config = {.name = "plateau", .decay = 0.7, .patience = 1};
  for (const std::size_t reports : {0, 1, 2, 3, 5}) {
    const double scores[] = {0.1, 1.0 / 3, 0.2, 0.2, 0.3, 0.4, 0.1, 0.1, 0.1};
    Schedule saved(config);
    for (std::size_t i = 0; i < reports; ++i) saved.report(scores[i]);
    Schedule loaded(config);
    loaded.load_state(saved.state());
    REQUIRE(loaded.state() == saved.state());
    for (std::size_t i = reports; i < std::size(scores); ++i) {
      saved.report(scores[i]);
      loaded.report(scores[i]);
      REQUIRE(loaded.factor(3) == saved.factor(3));
    }
  }
}

TEST_CASE("a schedule writes its state readably") {
  Schedule schedule({.name = "plateau", .patience = 0});
  REQUIRE(schedule.state() == "best=-inf waited=0 decays=0");
  schedule.report(0.25);
  schedule.report(0.125);
  REQUIRE(schedule.state() == "best=0.25 waited=0 decays=1");
}

TEST_CASE("a state that no schedule wrote is refused and changes nothing") {
  Schedule schedule({.name = "plateau"});
  schedule.report(0.5);
  const std::string state = schedule.state();
  for (const std::string text : {"", "best=1", "best=1 waited=2", "best=1 waited=2 decays=3 more=4",
                                 "best=1 waited=-2 decays=3", "waited=2 best=1 decays=3"}) {
    REQUIRE_THROWS_TEXT(
        schedule.load_state(text), InvalidArgument,
        "Schedule::load_state: needs \"best=… waited=… decays=…\"; got \"" + text + "\"");
  }
  REQUIRE_THROWS_TEXT(schedule.load_state("best=1 waited=2.5 decays=3"), InvalidArgument,
                      "Schedule::load_state: waited must be a whole number; got \"2.5\"");
  REQUIRE(schedule.state() == state);
}

TEST_CASE("schedules refuse values out of range") {
  REQUIRE_THROWS_TEXT(Schedule({.name = "linear"}), InvalidArgument,
                      "Schedule: name must be one of constant, step, cosine, noam, inverse_sqrt, "
                      "plateau; got \"linear\"");
  REQUIRE_THROWS_TEXT(Schedule({.warmup = -1}), InvalidArgument,
                      "Schedule: warmup must be >= 0; got -1");
  REQUIRE_THROWS_TEXT(Schedule({.name = "step", .decay = 1.5}), InvalidArgument,
                      "Schedule: decay must be in (0, 1]; got 1.5");
  REQUIRE_THROWS_TEXT(Schedule({.name = "step", .every = 0}), InvalidArgument,
                      "Schedule: every must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(Schedule({.name = "step", .from = -1}), InvalidArgument,
                      "Schedule: from must be >= 0; got -1");
  REQUIRE_THROWS_TEXT(Schedule({.name = "plateau", .patience = -1}), InvalidArgument,
                      "Schedule: patience must be >= 0; got -1");
  REQUIRE_THROWS_TEXT(Schedule({.name = "cosine", .warmup = 5, .total = 5}), InvalidArgument,
                      "Schedule: cosine needs a total above warmup = 5; got 5");
  REQUIRE_THROWS_TEXT(Schedule({.name = "noam"}), InvalidArgument,
                      "Schedule: noam needs warmup and width of at least 1; got 0 and 512");
  REQUIRE_THROWS_TEXT(Schedule({}).factor(-1), InvalidArgument,
                      "Schedule: step must be >= 0; got -1");
}

TEST_CASE("the options of a schedule name every field") {
  ScheduleConfig config;
  const std::vector<Option> options = optim::options_of(config);
  REQUIRE(options.size() == 8);
  set_option(options, "name", "cosine", "recipe");
  set_option(options, "total", "100", "recipe");
  set_option(options, "decay", "0.5", "recipe");
  REQUIRE(config.name == "cosine");
  REQUIRE(config.total == 100);
  REQUIRE(config.decay == 0.5);
}
