#include <filesystem>
#include <memory>

#include "limn/core/generator.h"
#include "limn/data/captions.h"
#include "limn/metrics/cider_d.h"
#include "limn/text/tokenizer.h"
#include "measure.h"

namespace limn::bench {
namespace {

using Sentence = std::vector<std::string>;

// Of COCO's val2017; as many made-up ones where it is not at hand.
std::vector<std::vector<Sentence>> references() {
  const std::filesystem::path file = LIMN_BENCH_SHARED "/coco/captions_val2017.json";
  std::vector<std::vector<Sentence>> result;
  if (std::filesystem::exists(file)) {
    const auto tokenizer = text::make_tokenizer("ptb");
    for (const data::CaptionedImage& image : data::read_captions(file).images) {
      auto& captions = result.emplace_back();
      for (const std::string& caption : image.captions)
        captions.push_back(tokenizer->split(caption));
    }
    return result;
  }
  Generator generator(1);
  for (int image = 0; image < 5000; ++image) {
    auto& captions = result.emplace_back(5, Sentence(10));
    for (Sentence& caption : captions)
      for (std::string& word : caption) word = std::to_string(generator.below(5000));
  }
  return result;
}

// The reward of a training: every photo's last caption against the fixed references of the photo.
Workload cider_reward() {
  struct State {
    std::vector<std::vector<Sentence>> captions = references();
    metrics::CiderD cider{captions};
  };
  const auto state = std::make_shared<const State>();
  const auto step = [state] {
    double sum = 0;
    for (std::size_t i = 0; i < state->captions.size(); ++i)
      sum += state->cider.score(static_cast<std::int64_t>(i), state->captions[i].back());
    if (!(sum > 0)) throw std::runtime_error("cider_reward: a caption of the references scores 0");
  };
  return {"cider_reward", "captions/s", static_cast<double>(state->captions.size()), step};
}

}  // namespace

std::vector<NamedWorkload> metric_workloads() { return {{"cider_reward", cider_reward}}; }

}  // namespace limn::bench
