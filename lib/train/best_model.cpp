#include "train/best_model.h"

#include <fmt/format.h>

#include "limn/core/error.h"

namespace limn::train {
namespace {

std::string text_of(const std::map<std::string, double>& scores) {
  const auto one = [&](const char* name) {
    const auto found = scores.find(name);
    return found == scores.end() ? fmt::format("no {}", name)
                                 : fmt::format("{} {:.6g}", name, found->second);
  };
  return one("CIDEr-D") + " and " + one("perplexity");
}

void copy_weights(const nn::Module& from, nn::Module& to) {
  const auto state = from.state_dict();
  to.load_state_dict({state.begin(), state.end()});
}

}  // namespace

models::PhotoCaptioner read_best_model(const std::filesystem::path& path, const EpochReport& best) {
  models::PhotoCaptioner file = models::PhotoCaptioner::load(path);
  if (file.scores != best.scores) {
    throw IoError(path, fmt::format("is not the model of epoch {}, the best of this training: it "
                                    "has {}, that had {}; put back the model that was there with "
                                    "the checkpoint, or begin anew in another train.out",
                                    best.epoch, text_of(file.scores), text_of(best.scores)));
  }
  return file;
}

void load_best_model(const std::filesystem::path& path, const EpochReport& best,
                     models::PhotoCaptioner& model) {
  const models::PhotoCaptioner file = read_best_model(path, best);
  copy_weights(file.captioner(), model.captioner());
  if (file.has_encoder()) copy_weights(file.encoder(), model.encoder());
  model.scores = file.scores;
}

}  // namespace limn::train
