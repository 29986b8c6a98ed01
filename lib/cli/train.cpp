#include <fmt/ranges.h>

#include <filesystem>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/recipe_file.h"
#include "cli/training.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

struct TrainOptions {
  std::string recipe;
  Entries keys;  // from flags
  bool resume = false;
  bool json = false;
};

// What a recipe asks for and cannot be is wrong usage.
template <class Function>
auto of_recipe(Function&& function) {
  try {
    return function();
  } catch (const InvalidArgument& error) {
    throw UsageError(error.what());
  }
}

// The defaults, with the architecture of a recipe or a flag that stands beside --help.
train::Recipe recipe_for_help(const TrainOptions& options) {
  Entries entries;
  if (!options.recipe.empty()) entries = read_recipe(options.recipe);
  entries.insert(entries.end(), options.keys.begin(), options.keys.end());
  train::Recipe recipe;
  of_recipe([&] {
    for (const auto& [key, value] : entries) {
      if (key == "model.architecture")
        set_option(train::options_of(recipe), key, value, "train --help");
    }
  });
  recipe.model.options.clear();
  return recipe;
}

// Every key of a recipe with what it means and its default, for the help.
std::string recipe_help(const TrainOptions& options) {
  train::Recipe recipe = recipe_for_help(options);
  std::string text = fmt::format(
      "Recipe keys, each also a flag (--train.epochs 3). Those of [model] are {}'s; \"limn train\n"
      "RECIPE --help\" and \"limn train --model.architecture NAME --help\" list another's:",
      recipe.model.architecture);
  std::string section;
  for (const Option& option : train::options_of(recipe)) {
    const std::string name = option.name.substr(0, option.name.find('.'));
    if (name != section) text += fmt::format("\n[{}]", name);
    section = name;
    text += fmt::format("\n  {:<30}{}", option.name, option.help);
    if (!option.choices.empty()) text += fmt::format(": {}", fmt::join(option.choices, ", "));
    const std::string value = option_text(option);
    if (!value.empty()) text += fmt::format(" [{}]", value);
  }
  return text;
}

train::Recipe recipe_of(const TrainOptions& options) {
  Entries entries = read_recipe(options.recipe);
  return of_recipe([&] {
    train::make_recipe(entries, options.recipe);
    entries.insert(entries.end(), options.keys.begin(), options.keys.end());
    return train::make_recipe(entries, options.recipe + " and flags");
  });
}

// A run's own recipe may be trained again: it is written as it was.
void check_paths(const TrainOptions& options, const train::Recipe& recipe) {
  const train::Recipe::Data& data = recipe.data;
  std::vector<FlaggedFile> inputs{{"RECIPE", options.recipe},
                                  {"text.merges", recipe.text.merges},
                                  {"text.pieces", recipe.text.pieces},
                                  {"encoder.weights", recipe.encoder.weights},
                                  {"model.pretrained", recipe.model.pretrained}};
  for (const auto& [key, path] :
       {std::pair("data.captions", data.captions), std::pair("data.train", data.train),
        std::pair("data.dev", data.dev), std::pair("data.features", data.features)}) {
    if (!path.empty()) inputs.push_back({key, (fs::path(data.folder) / path).string()});
  }
  std::vector<FlaggedFile> outputs;
  for (const char* name : kRunFiles)
    outputs.push_back({"train.out", (fs::path(recipe.train.out) / name).string()});
  keep_inputs(inputs, outputs);
}

int train_captioner(const TrainOptions& options) {
  const train::Recipe recipe = recipe_of(options);
  check_paths(options, recipe);
  train::Job job = of_recipe([&] { return train::prepare(recipe); });
  TrainingWatcher watcher;
  const train::TrainingResult result = train::train(job, watcher, options.resume);
  watcher.progress().clear();
  if (result.stopped) {
    throw Interrupted(
        interrupt(),
        fmt::format("stopped at a checkpoint; limn train {} --resume{} goes on from it",
                    options.recipe, options.keys.empty() ? "" : " and the same flags"));
  }
  put_out(options.json ? json_text(training_json(result)) : table(training_rows(result)));
  return kDone;
}

}  // namespace

void define_train(Program& program) {
  Command& command = program.command("train", "trains a captioner as a recipe says");
  const auto options = std::make_shared<TrainOptions>();
  command.add(options->recipe, {.name = "RECIPE",
                                .value = "FILE",
                                .help = "TOML file of keys in sections, see below",
                                .required = true});
  command.add(options->resume,
              {.name = "--resume",
               .help = "go on from the run's checkpoint, bit for bit as if never stopped"});
  command.add(options->json, {.name = "--json", .help = "print the result as JSON"});
  command.add_dotted(options->keys, [options] { return recipe_help(*options); });
  command.run([options] { return train_captioner(*options); });
}

}  // namespace limn::cli
