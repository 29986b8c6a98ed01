// A training that takes a moment, ways to interrupt it, and what it leaves behind.
#pragma once

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "limn/core/safetensors.h"
#include "limn/train/demo.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

namespace limn::test {

/// Three steps an epoch.
inline train::Job small_job(const std::filesystem::path& out, std::int64_t epochs = 3,
                            double dropout = 0.5) {
  train::DemoOptions options;
  options.shapes.train = 40;
  options.shapes.test = 4;
  options.epochs = epochs;
  options.out = out.string();
  options.dropout = dropout;  // a resumption has to go on with its random numbers
  train::Job job = train::make_demo(options).job;
  job.recipe.train.batch = 16;
  job.recipe.train.checkpoint_every = 2;
  return job;
}

/// Every epoch is the best: too slow for other words, so that the perplexity decides, which falls.
inline train::Job slow_job(const std::filesystem::path& out, std::int64_t epochs) {
  train::Job job = small_job(out, epochs, 0);
  job.recipe.train.learning_rate = 1e-6;
  job.recipe.encoder.train_from = 0;
  return job;
}

/// Stops, or fails as a killed process would, after so many steps.
struct Interrupter : train::Observer {
  explicit Interrupter(int steps, bool dies = false) : steps_left(steps), fails(dies) {}
  void on_step(const train::StepReport&) override {
    if (--steps_left == 0 && fails) throw std::runtime_error("killed");
  }
  bool wants_to_stop() override { return steps_left <= 0; }
  int steps_left;
  bool fails;
};

/// What a run leaves behind, without times.
struct Outcome {
  std::string model;
  std::map<std::string, std::vector<float>> weights;
  explicit Outcome(const std::filesystem::path& folder)
      : model(read_file(folder / "model.safetensors")) {
    const SafetensorsFile file(folder / "checkpoint" / "last.safetensors");
    for (const auto& [name, tensor] : file.tensors()) {
      const Tensor floats = tensor.to(DType::float32);
      weights[name] = {floats.span<float>().begin(), floats.span<float>().end()};
    }
  }
};

inline void require_same(const Outcome& a, const Outcome& b) {
  REQUIRE(a.weights == b.weights);
  REQUIRE(a.model == b.model);
}

}  // namespace limn::test
