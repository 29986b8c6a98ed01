// What must hold of every captioner that looks at regions.
#pragma once

#include <limits>

#include "limn/models/photo_captioner.h"
#include "support/captioner_properties.h"
#include "support/temporary_folder.h"
#include "support/tensors.h"

namespace limn::test {

/// Four regions an image, of which the second image lacks the second and the last; and a global
/// vector.
inline nn::Features region_features(std::int64_t images, std::int64_t width,
                                    DType dtype = DType::float32) {
  Tensor mask = Tensor::full(Shape{images, 4}, 1, DType::uint8);
  if (images > 1) mask.data<std::uint8_t>()[5] = mask.data<std::uint8_t>()[7] = 0;
  return {.global = Variable(random_tensor(Shape{images, width}, 12, dtype)),
          .regions = Variable(random_tensor(Shape{images, 4, width}, 11, dtype)),
          .mask = mask};
}

/// The regions alone.
inline nn::Features without_global(nn::Features features) {
  features.global = {};
  return features;
}

/// Whatever a masked region holds, NaN too, no bit of a log-probability or a gradient changes, and
/// the region gets no gradient.
inline void require_masks_hold(const models::Captioner& captioner, const nn::Features& features) {
  const data::CaptionBatch batch = toy_captions(captioner, features.images(), 1);
  const auto masked = features.mask.span<std::uint8_t>();
  const std::int64_t width = features.regions.shape()[2];
  const auto run = [&](float noise) {
    nn::Features changed = features;
    changed.regions = Variable(features.regions.value().clone(), true);
    float* values = changed.regions.value().data<float>();
    for (std::int64_t r = 0; r < std::ssize(masked); ++r)
      if (masked[static_cast<std::size_t>(r)] == 0) std::fill_n(values + r * width, width, noise);
    captioner.clear_grad();
    const auto likelihood = captioner.log_likelihood(changed, batch, {}, {});
    backward(likelihood.total);
    std::vector<float> all = elements_of<float>(likelihood.log_probabilities);
    for (const auto& [name, parameter] : captioner.parameters())
      for (const float g : parameter.grad().span<float>()) all.push_back(g);
    for (std::int64_t r = 0; r < std::ssize(masked); ++r)
      for (std::int64_t f = 0; f < width && masked[static_cast<std::size_t>(r)] == 0; ++f)
        REQUIRE(changed.regions.grad().data<float>()[r * width + f] == 0);
    return all;
  };
  const std::vector<float> ones = run(1);
  for (const float value : ones) REQUIRE(std::isfinite(value));
  REQUIRE(ones == run(std::numeric_limits<float>::quiet_NaN()));
}

/// Before the first step and after it, what `attention` says of each row: α >= 0, 0 where there is
/// no region; Σ α is 1, or less where the model may look elsewhere.
inline void require_attention_is_said(const models::Captioner& captioner,
                                      const nn::Features& features, bool elsewhere = false) {
  decode::State state = captioner.start(features);
  REQUIRE_FALSE(captioner.attention(state).defined());
  captioner.step(state, std::vector<std::int32_t>(static_cast<std::size_t>(features.images()),
                                                  captioner.begin()));
  const Tensor weights = captioner.attention(state);
  REQUIRE(weights.shape() == features.mask.shape());
  const std::int64_t regions = weights.shape()[1];
  for (std::int64_t image = 0; image < features.images(); ++image) {
    double sum = 0;
    for (std::int64_t r = image * regions; r < (image + 1) * regions; ++r) {
      REQUIRE(weights.data<float>()[r] >= 0);
      if (features.mask.data<std::uint8_t>()[r] == 0) REQUIRE(weights.data<float>()[r] == 0);
      sum += static_cast<double>(weights.data<float>()[r]);
    }
    REQUIRE((elsewhere ? sum < 1 : sum == Approx(1)));
  }
}

/// A model file holds all that the captioner is: what is loaded gives the same log-probabilities.
inline void require_file_holds_all(std::unique_ptr<models::Captioner> captioner,
                                   const nn::Features& features) {
  const TemporaryFolder folder;
  std::vector<std::string> words = {"</s>", "<s>", "<unk>"};
  while (std::ssize(words) < captioner->vocabulary_size())
    words.push_back("w" + std::to_string(words.size()));
  const models::PhotoCaptioner saved(nullptr, std::move(captioner),
                                     text::Vocabulary::from_words(words),
                                     text::make_tokenizer("simple"));
  saved.save(folder / "model.safetensors");
  const auto loaded = models::PhotoCaptioner::load(folder / "model.safetensors");
  REQUIRE(loaded.captioner().options() == saved.captioner().options());
  const data::CaptionBatch batch = toy_captions(saved.captioner(), features.images(), 1);
  const auto log_p = [&](const models::PhotoCaptioner& model) {
    const NoGradGuard guard;
    return elements_of<float>(
        model.captioner().log_likelihood(features, batch, {}, {}).log_probabilities);
  };
  REQUIRE(log_p(saved) == log_p(loaded));
}

/// Training passes draw, others do not.
inline void require_dropout_draws_in_training(const models::Captioner& captioner,
                                              const nn::Features& features) {
  const data::CaptionBatch batch = toy_captions(captioner, features.images(), 1);
  Generator generator(3);
  const auto run = [&](const nn::Pass& pass) {
    return captioner.log_likelihood(features, batch, {}, pass).total.value().item();
  };
  REQUIRE(run({}) == run({}));
  REQUIRE(run({true, &generator}) != run({true, &generator}));
}

}  // namespace limn::test
