#include "limn/decode/score.h"

#include "core/check.h"
#include "decode/stepper.h"
#include "limn/core/dispatch.h"

namespace limn::decode {
namespace {

/// A caption with words to come, and the stepper's row that says which of them are said.
struct Reading {
  std::size_t caption;
  std::int64_t row;
};

void check(const StepDecoder& decoder, std::int64_t images,
           std::span<const GivenCaption> captions) {
  for (std::size_t i = 0; i < captions.size(); ++i) {
    const auto& [image, words] = captions[i];
    require(0 <= image && image < images, "score: caption {} is of image {} of {}", i, image,
            images);
    require(std::ssize(words) <= decoder.longest(),
            "score: caption {} has {} words; the model can say {}", i, words.size(),
            decoder.longest());
    for (const std::int32_t word : words) {
      require(0 <= word && word < decoder.vocabulary_size(),
              "score: caption {} has word {}; there are {}", i, word, decoder.vocabulary_size());
    }
  }
}

}  // namespace

std::vector<std::vector<double>> score(const StepDecoder& decoder, const nn::Features& features,
                                       std::span<const GivenCaption> captions) {
  check(decoder, features.images(), captions);
  std::vector<std::vector<double>> result(captions.size());
  std::vector<Reading> live;
  for (std::size_t i = 0; i < captions.size(); ++i) live.push_back({i, captions[i].image});
  Stepper stepper(decoder, features);
  for (std::size_t said = 0; !live.empty(); ++said) {
    const Tensor scores = stepper.step();
    std::vector<std::int64_t> parents;
    std::vector<std::int32_t> words;
    std::vector<Reading> longer;
    for (const Reading& reading : live) {
      const std::size_t i = reading.caption;
      const std::int64_t row = reading.row;
      const bool ends = said == captions[i].words.size();
      const std::int32_t word = ends ? decoder.end() : captions[i].words[said];
      for_floating(scores.dtype(), "score", [&]<class T>() {
        result[i].push_back(static_cast<double>(scores.data<T>()[row * scores.shape()[1] + word]));
      });
      if (ends) continue;
      longer.push_back({i, std::ssize(parents)});
      parents.push_back(row);
      words.push_back(word);
    }
    live = std::move(longer);
    if (!live.empty()) stepper.follow(parents, words);
  }
  return result;
}

}  // namespace limn::decode
