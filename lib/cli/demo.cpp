#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/recipe_file.h"
#include "cli/training.h"
#include "limn/core/atomic_file.h"
#include "limn/train/demo.h"
#include "limn/train/recipe_search.h"
#include "limn/vision/image.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPicturesKept = 8;

struct DemoFlags {
  train::DemoOptions demo;
  bool json = false;
};

/// What the demo found out.
struct DemoResult {
  train::TrainingResult training;
  train::Evaluation held_out;
  double exact = 0;
  double words_per_second = 0;
  double seconds = 0;
  fs::path picture;     // one that was kept
  std::string caption;  // a right one of it
};

// Whether a demo wrote this recipe: that of any other training names its captions.
bool is_of_a_demo(const fs::path& recipe) {
  std::error_code error;
  if (!fs::exists(recipe, error)) return false;
  const Entries entries = read_recipe(recipe.string());
  return std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.first == "data.captions" && entry.second.empty();
  });
}

// Only what a demo wrote; whatever else is in the folder stays.
void remove_earlier_run(const fs::path& folder) {
  for (const char* name : kRunFiles) {
    std::error_code error;
    if (!fs::exists(folder / name, error)) continue;
    if (!is_of_a_demo(folder / "recipe.toml")) {
      throw UsageError(fmt::format("{} holds a {} that no demo wrote; choose another --out",
                                   folder.string(), name));
    }
    if (!fs::remove(folder / name, error) || error)
      throw IoError(folder / name, "cannot be replaced; choose another --out");
  }
}

// Held-out pictures, to try the model on.
void keep_pictures(const train::Demo& demo, const fs::path& folder, DemoResult& result) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw IoError(folder, "cannot be made; choose another --out");
  for (std::size_t i = 0; i < std::min(kPicturesKept, demo.test.size()); ++i) {
    const auto png = vision::encode_png(demo.test_pictures[i]);
    const fs::path path = folder / demo.test[i].name;
    write_file_atomically(path, {reinterpret_cast<const char*>(png.data()), png.size()});
    if (i > 0) continue;
    result.picture = path;
    result.caption = demo.test[i].captions.front();
  }
}

DemoResult run_demo(const DemoFlags& flags, TrainingWatcher& watcher) {
  const auto start = std::chrono::steady_clock::now();
  DemoResult result;
  watcher.progress().line("drawing pictures, then training CNN and LSTM jointly from pixels");
  train::Demo demo = train::make_demo(flags.demo);
  result.training = train::train(demo.job, watcher);
  if (result.training.stopped) return result;
  const decode::SearchOptions search = train::search_of(demo.job.recipe, demo.job.model);
  result.held_out = train::evaluate(demo.job.model, *demo.test_features, demo.test, search,
                                    Counter(watcher.progress(), "pictures"));
  watcher.progress().clear();
  result.exact = train::exact_match(result.held_out, demo.test);
  result.words_per_second = watcher.words_per_second();
  keep_pictures(demo, fs::path(flags.demo.out) / "pictures", result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

ordered_json result_json(const DemoResult& result) {
  return {{"exact_match", result.exact},
          {"scores", result.held_out.summary()},
          {"pictures", result.held_out.items.size()},
          {"words_per_second", result.words_per_second},
          {"seconds", result.seconds},
          {"picture", result.picture.string()},
          {"caption", result.caption},
          {"training", training_json(result.training)}};
}

std::string result_text(const DemoResult& result) {
  const auto scores = result.held_out.summary();
  const std::string model = result.training.model.string();
  std::string text =
      fmt::format("Captions of {} pictures whose combinations were never trained on:\n",
                  result.held_out.items.size());
  text += table({{"exact match", fmt::format("{:.1f} %", 100 * result.exact)},
                 {"BLEU-4", fmt::format("{:.4f}", scores.at("BLEU-4"))},
                 {"CIDEr-D", fmt::format("{:.4f}", scores.at("CIDEr-D"))},
                 {"training", fmt::format("{:.0f} words/s", result.words_per_second)},
                 {"time", fmt::format("{} min", clock_text(result.seconds))},
                 {"report", result.training.report.string()},
                 {"model", model}});
  text += fmt::format(
      "Try next:\n  limn caption --model {0} {1}\n  limn caption --model {0} {2} --format html "
      "--out captions.html\n  limn score --model {0} --caption \"{3}\" {1}\n  limn info {0}\n",
      model, result.picture.string(), result.picture.parent_path().string(), result.caption);
  return text;
}

int demo(const DemoFlags& flags) {
  remove_earlier_run(flags.demo.out);
  TrainingWatcher watcher;
  const DemoResult result = run_demo(flags, watcher);
  if (result.training.stopped)
    throw Interrupted(interrupt(), "interrupted; what there is lies in " + flags.demo.out);
  put_out(flags.json ? json_text(result_json(result)) : result_text(result));
  return kDone;
}

}  // namespace

void define_demo(Program& program) {
  Command& command = program.command(
      "demo", "the whole job on generated pictures: make data, train, search, score, report");
  const auto flags = std::make_shared<DemoFlags>();
  command.add(flags->demo.epochs, {.name = "--epochs",
                                   .value = "N",
                                   .help = "epochs of training; 0: what is usual",
                                   .least = 0});
  command.add(
      flags->demo.shapes.train,
      {.name = "--pictures", .value = "N", .help = "pictures drawn for training", .least = 1});
  command.add(flags->demo.shapes.test,
              {.name = "--held-out",
               .value = "N",
               .help = "pictures of combinations that are never trained on",
               .least = 1});
  command.add(flags->demo.out, {.name = "--out",
                                .value = "DIR",
                                .help = "folder of the run; an earlier demo in it is replaced"});
  command.add(flags->demo.seed, {.name = "--seed",
                                 .value = "N",
                                 .help = "of the first weights and the order of training",
                                 .least = 0});
  command.add(flags->json, {.name = "--json", .help = "print the result as JSON"});
  command.run([flags] { return demo(*flags); });
}

}  // namespace limn::cli
