// Recipes: everything that a training is told.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "limn/core/options.h"
#include "limn/optim/optimizer_config.h"
#include "limn/optim/schedule.h"
#include "limn/train/scheduled_sampling.h"

namespace limn::train {

/// Sections of a recipe; each member is the key of the same name. Relative paths start where the
/// program does.
struct Recipe {
  struct Data {
    std::string folder;    ///< put before the relative paths of this section
    std::string captions;  ///< a caption file
    std::string train;     ///< list of photos; empty: what the caption file says, or those that
                           ///< are not dev
    std::string dev;       ///< list of photos; empty: what the caption file says, or a random share
    std::string
        features;        ///< a feature file, or empty: the encoder looks at the photos in `images`
    std::string images;  ///< folder of the photos
    double dev_share = 0.1;         ///< of photos without a split
    std::int64_t dev_most = 1000;   ///< photos that are drawn for dev at most
    std::string restval = "train";  ///< split of the photos that Karpathy's files call so
    bool tokens = false;            ///< Karpathy's tokens, not the sentences
    bool lossy = false;             ///< bytes that are no UTF-8 become U+FFFD
  } data;
  struct Text {
    std::string tokenizer = "simple";
    std::string merges;  ///< of "bpe": GPT-2's merges.txt; empty: learnt from the training captions
    std::string pieces;  ///< of "bpe": GPT-2's vocab.json, which numbers the pieces; empty: all
    std::int64_t learn_merges = 4000;  ///< most that are learnt
    std::int64_t min_count = 5;        ///< words seen less often become the unknown word
    std::int64_t max_size = 0;         ///< words of the vocabulary at most; 0: no limit
    std::string end = "</s>";  ///< special words; begin and unknown may be the same as another
    std::string begin = "<s>";
    std::string unknown = "<unk>";
    std::string order = "end begin unknown words";  ///< see text::VocabularyOptions
    std::int64_t max_length = 20;                   ///< captions are cut after this many words
  } text;
  struct Encoder {
    std::string name;                ///< empty: the feature file's
    std::string weights;             ///< safetensors; empty: random
    std::int64_t train_from = 1;     ///< first epoch in which the encoder is trained too; 0: never
    double learning_rate_scale = 1;  ///< its learning rate relative to the captioner's
    std::map<std::string, std::string> options;  ///< every other key
  } encoder;
  struct Model {
    std::string architecture = "nic";
    std::string pretrained;  ///< a GPT-2's weights, see models::PretrainedGpt2; empty: random
    std::map<std::string, std::string> options;  ///< every other key
  } model;
  optim::OptimizerConfig optimizer;
  struct Schedule {
    std::string name = "constant";  ///< see optim::ScheduleConfig
    std::int64_t warmup = 0;        ///< optimiser steps
    double decay = 0.8;
    std::int64_t every = 3;       ///< epochs between decays of "step"
    std::int64_t from_epoch = 1;  ///< that they are counted from
    std::int64_t patience = 3;    ///< epochs, of "plateau"
  } schedule;
  struct Train {
    std::string out = "run";  ///< folder of the run
    std::int64_t epochs = 20;
    std::int64_t batch = 16;              ///< photos
    std::int64_t accumulate = 1;          ///< batches of an optimiser step
    std::int64_t captions_per_photo = 0;  ///< drawn anew each epoch; 0: all
    double learning_rate = 5e-4;
    double clip_value = 0;  ///< of each gradient element; 0: off
    double clip_norm = 0;   ///< of all gradients together; 0: off
    double label_smoothing = 0;
    std::string smoothing = "uniform";  ///< see Smoothing
    double average = 0;  ///< decay of the moving average of the weights, which is then evaluated
                         ///< and saved; 0: off
    std::string precision = "float32";  ///< of products and convolutions: see limn::precision_from
    std::int64_t patience = 5;          ///< epochs without a better model before the end; 0: never
    std::int64_t checkpoint_every = 1000;  ///< optimiser steps; an epoch's end always makes one
    std::int64_t seed = 1;
  } train;
  SamplingSchedule scheduled_sampling;
  struct Reward {
    std::int64_t from_epoch = 0;  ///< first epoch of reward training; 0: never
    double learning_rate = 5e-5;
    std::string schedule = "constant";  ///< as in `Schedule`, without warm-up
    double decay = 0.5;
    std::int64_t every = 0;             ///< epochs between decays of "step"; 0: as `Schedule`
    std::int64_t plateau_patience = 3;  ///< epochs
    std::int64_t batch = 0;             ///< photos; 0: as `Train`
    double average = 0;                 ///< of the weights; 0: as `Train`
    std::string baseline = "others";    ///< see Baseline
    std::int64_t samples = 5;           ///< captions of a photo
    double cider = 1;                   ///< see RewardWeights
    double bleu4 = 0;
    double share = 1;      ///< of the reward's loss; the rest is cross-entropy, in (0, 1]
    bool dropout = false;  ///< where the likelihood of what was said is computed
  } reward;
  struct Search {
    std::int64_t beam = 3;        ///< of the evaluation after every epoch
    std::int64_t max_length = 0;  ///< words, in reward training too; 0: as `Text`
    double length_penalty = 0;
    std::string length_form = "power";  ///< see decode::LengthForm
    std::int64_t no_repeat = 0;         ///< see decode::Rules
    bool no_bad_endings = false;
  } search;
};

/// All keys with a section, "data.captions" and so on; of the sections "model" and "encoder" also
/// those of the chosen architecture and encoder.
std::vector<Option> options_of(Recipe& recipe);

/// A recipe from keys and values, each set in turn, the architecture and the encoder first. Throws
/// InvalidArgument, beginning with `what`, for an unknown key (suggesting the nearest) or a value
/// out of range.
Recipe make_recipe(const std::vector<std::pair<std::string, std::string>>& entries,
                   const std::string& what);

/// The recipe as TOML, every key with its value.
std::string recipe_text(const Recipe& recipe);

}  // namespace limn::train
