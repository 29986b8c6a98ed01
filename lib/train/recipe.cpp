#include "limn/train/recipe.h"

#include <algorithm>

#include "core/check.h"
#include "core/nearest.h"
#include "limn/core/precision.h"
#include "limn/encoders/encoder.h"
#include "limn/models/captioner.h"
#include "text/toml_text.h"
#include "train/recipe_check.h"

namespace limn::train {
namespace {

using Options = std::vector<Option>;
using Entries = std::vector<std::pair<std::string, std::string>>;

Options data_options(Recipe::Data& d) {
  return {
      {"folder", &d.folder, "put before the relative paths of this section"},
      {"captions", &d.captions,
       "caption file: COCO, Karpathy, Flickr, CSV, JSON, photo<TAB>caption"},
      {"train", &d.train,
       "list of training photos; empty: the caption file's, or all that are not dev"},
      {"dev", &d.dev, "photos that the best model is chosen on; empty: the file's, or drawn"},
      {"features", &d.features, "feature file; empty: the encoder looks at `images` itself"},
      {"images", &d.images, "folder of the photos"},
      {"dev_share", &d.dev_share, "share of photos without a split that become dev, in (0, 1)"},
      {"dev_most", &d.dev_most, "photos that are drawn for dev at most"},
      {"restval", &d.restval, "what Karpathy's restval photos are for", {"train", "dev", "unused"}},
      {"tokens", &d.tokens, "captions are Karpathy's tokens instead of the sentences"},
      {"lossy", &d.lossy, "bytes of captions that are no UTF-8 become U+FFFD, not an error"},
  };
}

Options text_options(Recipe::Text& t) {
  return {
      {"tokenizer",
       &t.tokenizer,
       "how captions become words",
       {"simple", "whitespace", "ptb", "characters", "words", "bpe"}},
      {"merges", &t.merges, "of bpe: GPT-2's merges.txt; empty: learnt from the captions"},
      {"pieces", &t.pieces, "of bpe: GPT-2's vocab.json, which numbers the pieces"},
      {"learn_merges", &t.learn_merges, "of bpe: most merges that are learnt"},
      {"min_count", &t.min_count, "words seen less often become the unknown word"},
      {"max_size", &t.max_size, "words of the vocabulary at most; 0: no limit"},
      {"end", &t.end, "special word at the end of a caption"},
      {"begin", &t.begin, "special word before its first word; may be the same"},
      {"unknown", &t.unknown, "special word for those that have no number"},
      {"order", &t.order, "what is numbered when; one that is the same as another may be left out"},
      {"max_length", &t.max_length, "words of a caption at most; what is longer is cut"},
  };
}

Options encoder_options(Recipe::Encoder& e) {
  Options options = {
      {"name", &e.name, "encoder that looks at the photos; empty: that of the feature file"},
      {"weights", &e.weights, "safetensors file of its weights; empty: random"},
      {"train_from", &e.train_from, "first epoch in which it is trained too; 0: never"},
      {"learning_rate_scale", &e.learning_rate_scale, "its learning rate over the captioner's"},
  };
  if (e.name.empty()) return options;
  for (const OptionHelp& help : encoders::encoder_options(e.name)) {
    const auto set = e.options.find(help.name);
    if (set != e.options.end()) options.push_back({help.name, &set->second, help.help});
  }
  return options;
}

Options model_options(Recipe::Model& m) {
  std::vector<std::string> names;
  for (const auto& architecture : models::architectures()) names.push_back(architecture.name);
  Options options = {{"architecture", &m.architecture, "captioner", names},
                     {"pretrained", &m.pretrained,
                      "safetensors file of a GPT-2, of those that have one; empty: random"}};
  for (const auto& help : models::architecture_options(m.architecture)) {
    options.push_back(
        {help.name, &m.options.try_emplace(help.name, help.value).first->second, help.help});
  }
  return options;
}

Options schedule_options(Recipe::Schedule& s) {
  return {
      {"name",
       &s.name,
       "learning rate over time",
       {"constant", "step", "cosine", "noam", "inverse_sqrt", "plateau"}},
      {"warmup", &s.warmup, "optimiser steps of linear warm-up"},
      {"decay", &s.decay, "factor of step and plateau"},
      {"every", &s.every, "epochs between decays of step"},
      {"from_epoch", &s.from_epoch, "epoch that they are counted from"},
      {"patience", &s.patience, "epochs without a better score before a decay of plateau"},
  };
}

Options train_options(Recipe::Train& t) {
  return {
      {"out", &t.out, "folder of the run"},
      {"epochs", &t.epochs, "times that every photo is seen"},
      {"batch", &t.batch, "photos at a time"},
      {"accumulate", &t.accumulate, "batches of an optimiser step, each weighed by its words"},
      {"captions_per_photo", &t.captions_per_photo, "drawn anew in each epoch; 0: all"},
      {"learning_rate", &t.learning_rate, "before the schedule's factor"},
      {"clip_value", &t.clip_value, "limit of each element of the gradient; 0: off"},
      {"clip_norm", &t.clip_norm, "limit of the L2 norm of the gradient; 0: off"},
      {"label_smoothing", &t.label_smoothing, "in [0, 1)"},
      {"smoothing",
       &t.smoothing,
       "spread it over all words, or the others only",
       {"uniform", "others"}},
      {"average", &t.average, "decay of the mean of the weights that is used; 0: off, the weights"},
      {"precision", &t.precision, precision_help(), precision_names()},
      {"patience", &t.patience, "epochs without a better model before the end; 0: never"},
      {"checkpoint_every", &t.checkpoint_every, "optimiser steps; an epoch's end makes one too"},
      {"seed", &t.seed, "of weights, order, dropout and random splits"},
  };
}

Options sampling_options(SamplingSchedule& s) {
  return {
      {"from_epoch", &s.from_epoch, "from which input words may be the model's own; 0: never"},
      {"every", &s.every, "epochs between rises of their share"},
      {"increase", &s.increase, "of the share, each time"},
      {"most", &s.most, "limit of the share, in [0, 1]"},
  };
}

Options reward_options(Recipe::Reward& r) {
  return {
      {"from_epoch", &r.from_epoch,
       "first epoch of reward training, from the best model; 0: never"},
      {"learning_rate", &r.learning_rate, "of reward training"},
      {"schedule", &r.schedule, "of its learning rate", {"constant", "step", "cosine", "plateau"}},
      {"decay", &r.decay, "factor of step and plateau, in (0, 1]"},
      {"every", &r.every, "epochs between decays of step; 0: as schedule.every"},
      {"plateau_patience", &r.plateau_patience,
       "epochs without a better score before a decay of plateau"},
      {"batch", &r.batch, "photos at a time; 0: as train.batch"},
      {"average", &r.average, "as train.average, which holds where this is 0"},
      {"baseline",
       &r.baseline,
       "captions are compared with other samples, the greedy one, the beam's mean",
       {"others", "greedy", "beam"}},
      {"samples", &r.samples, "captions that the model says of each photo"},
      {"cider", &r.cider, "weight of CIDEr-D"},
      {"bleu4", &r.bleu4, "weight of BLEU-4"},
      {"share", &r.share, "of reward in the loss, in (0, 1]; the rest is cross-entropy"},
      {"dropout", &r.dropout, "whether the likelihood of what was said is computed with it"},
  };
}

Options search_options(Recipe::Search& s) {
  return {
      {"beam", &s.beam, "live hypotheses in the evaluation after every epoch"},
      {"max_length", &s.max_length,
       "words that are said at most, in reward training too; 0: text.max_length"},
      {"length_penalty", &s.length_penalty, "exponent of the length that log P is divided by"},
      {"length_form",
       &s.length_form,
       "what is raised to it, the length n or (5 + n) / 6",
       {"power", "wu"}},
      {"no_repeat", &s.no_repeat,
       "no so many words in a row occur twice in a caption; 0: they may"},
      {"no_bad_endings", &s.no_bad_endings, "no caption ends with \"a\", \"of\" and such"},
  };
}

void append(Options& all, const std::string& section, Options part) {
  for (Option& option : part) {
    option.name = section + "." + option.name;
    all.push_back(std::move(option));
  }
}

void require_known_encoder(const std::string& name, const std::string& what) {
  const std::vector<std::string> names = encoders::encoder_names();
  require(name.empty() || std::find(names.begin(), names.end(), name) != names.end(),
          "{}: encoder.name {}", what, unknown_name(name, names));
}

// All options of the encoder, at their defaults.
std::map<std::string, std::string> encoder_defaults(const std::string& name) {
  std::map<std::string, std::string> defaults;
  if (name.empty()) return defaults;
  for (const OptionHelp& help : encoders::encoder_options(name)) defaults[help.name] = help.value;
  return defaults;
}

bool is_set(const Entries& entries, const std::string& key) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return entry.first == key; });
}

}  // namespace

std::vector<Option> options_of(Recipe& recipe) {
  Options all;
  append(all, "data", data_options(recipe.data));
  append(all, "text", text_options(recipe.text));
  append(all, "encoder", encoder_options(recipe.encoder));
  append(all, "model", model_options(recipe.model));
  append(all, "optimizer", optim::options_of(recipe.optimizer));
  append(all, "schedule", schedule_options(recipe.schedule));
  append(all, "train", train_options(recipe.train));
  append(all, "scheduled_sampling", sampling_options(recipe.scheduled_sampling));
  append(all, "reward", reward_options(recipe.reward));
  append(all, "search", search_options(recipe.search));
  return all;
}

Recipe make_recipe(const Entries& entries, const std::string& what) {
  Recipe recipe;
  const auto chooses = [](const std::string& key) {
    return key == "encoder.name" || key == "model.architecture";
  };
  for (const auto& [key, value] : entries) {
    if (key == "encoder.name") require_known_encoder(value, what);
    if (chooses(key)) set_option(options_of(recipe), key, value, what);
  }
  recipe.model.options.clear();
  recipe.encoder.options = encoder_defaults(recipe.encoder.name);
  for (const auto& [key, value] : entries)
    if (!chooses(key)) set_option(options_of(recipe), key, value, what);
  std::erase_if(recipe.encoder.options,
                [&](const auto& option) { return !is_set(entries, "encoder." + option.first); });
  options_of(recipe);  // fills in the model's defaults
  check_recipe(recipe, what);
  return recipe;
}

std::string recipe_text(const Recipe& recipe) {
  Recipe copy = recipe;
  std::string text, section;
  for (const Option& option : options_of(copy)) {
    const std::size_t dot = option.name.find('.');
    if (option.name.substr(0, dot) != section) {
      text += (section.empty() ? "[" : "\n[") + option.name.substr(0, dot) + "]\n";
      section = option.name.substr(0, dot);
    }
    const std::string value = option_text(option);
    const bool quoted = std::holds_alternative<std::string*>(option.value);
    text += option.name.substr(dot + 1) + " = " + (quoted ? text::toml_text(value) : value) + "\n";
  }
  return text;
}

}  // namespace limn::train
