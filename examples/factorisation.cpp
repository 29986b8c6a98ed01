// P(S | I) = ∏ P(s_i | s_<i, I), factor by factor, from the two views of a captioner.
//
//   factorisation                        a small NIC with random weights and a random image
//   factorisation MODEL PHOTO CAPTION    a trained model, a photo, what is said of it
#include <cmath>
#include <cstdio>
#include <numeric>

#include "limn/core/cpu.h"
#include "limn/core/error.h"
#include "limn/models/photo_captioner.h"
#include "limn/vision/image.h"

namespace {

using limn::models::Captioner;
using limn::models::PhotoCaptioner;
using limn::nn::Features;
using Words = std::vector<std::int32_t>;

/// Search's view: a word at a time. log P(s_i | s_<i, I) of each word, the end included.
std::vector<double> by_steps(const Captioner& captioner, const Features& image,
                             const Words& words) {
  std::vector<double> factors;
  limn::decode::State state = captioner.start(image);  // h_0, from v
  std::int32_t previous = captioner.begin();           // s_0
  const auto say = [&](std::int32_t word) {
    const limn::Tensor log_p = captioner.step(state, Words{previous}).to(limn::DType::float64);
    factors.push_back(log_p.data<double>()[word]);
    previous = word;
  };
  for (const std::int32_t word : words) say(word);
  say(captioner.end());
  return factors;
}

/// Training's view: all words at once.
std::vector<double> by_teacher_forcing(const Captioner& captioner, const Features& image,
                                       const Words& words) {
  const limn::data::EncodedCaption caption{.image = 0, .words = words};
  const limn::data::CaptionBatch batch =
      limn::data::pack_captions({&caption, 1}, captioner.begin(), captioner.end());
  const limn::models::Likelihood likelihood = captioner.log_likelihood(image, batch, {}, {});
  const limn::Tensor factors = likelihood.log_probabilities.to(limn::DType::float64);
  return {factors.span<double>().begin(), factors.span<double>().end()};
}

/// Prints both views and whether they agree.
bool compare(const PhotoCaptioner& model, const Features& image, const std::string& caption) {
  const limn::NoGradGuard guard;
  const auto& vocabulary = model.vocabulary();
  const Words words = vocabulary.encode(model.tokenizer().split(caption));
  const std::vector<double> steps = by_steps(model.captioner(), image, words);
  const std::vector<double> forced = by_teacher_forcing(model.captioner(), image, words);
  std::printf(" i  s_i              P(s_i | s_<i, I)   log, by steps   log, all at once\n");
  bool agree = steps.size() == forced.size();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::int32_t word = i < words.size() ? words[i] : vocabulary.end();
    std::printf("%2zu  %-16s %16.4f %15.4f %18.4f\n", i + 1, vocabulary.word(word).c_str(),
                std::exp(steps[i]), steps[i], forced[i]);
    agree = agree && std::abs(steps[i] - forced[i]) < 1e-4;
  }
  const double sum = std::accumulate(steps.begin(), steps.end(), 0.0);
  const double forced_sum = std::accumulate(forced.begin(), forced.end(), 0.0);
  std::printf("    product and sums %16.2e %15.4f %18.4f\n", std::exp(sum), sum, forced_sum);
  std::printf("perplexity: exp(%.4f / %zu) = %.4f\n", -sum, steps.size(),
              std::exp(-sum / static_cast<double>(steps.size())));
  std::printf("the two views %s\n", agree ? "agree" : "DISAGREE");
  return agree;
}

bool random_model() {
  const std::vector<std::vector<std::string>> captions = {
      {"a", "red", "circle"}, {"a", "blue", "square", "above", "a", "red", "circle"}};
  auto vocabulary = limn::text::Vocabulary::build(captions, {.min_count = 1});
  limn::Generator generator(1);
  limn::Tensor features(limn::Shape{1, 4});
  generator.fill_normal(features, 0, 1);
  auto captioner = limn::models::make_captioner(
      "nic", {{"embedding", "8"}, {"hidden", "8"}, {"init", "0.8"}},
      {.vocabulary = vocabulary.size(), .features = features.shape()[1]}, generator);
  const PhotoCaptioner model(nullptr, std::move(captioner), std::move(vocabulary),
                             limn::text::make_tokenizer("simple"));
  const Features image{.global = limn::Variable(features), .regions = {}, .mask = {}};
  return compare(model, image, "A red circle above a square.");
}

bool trained_model(const char* path, const char* photo, const char* caption) {
  const PhotoCaptioner model = PhotoCaptioner::load(path);
  return compare(model, model.look(std::vector{limn::vision::read_image(photo)}), caption);
}

}  // namespace

int main(int argc, char** argv) try {
  limn::check_cpu();
  if (argc != 1 && argc != 4) {
    std::fprintf(stderr, "usage: factorisation [MODEL PHOTO CAPTION]\n");
    return 2;
  }
  const bool agree = argc == 1 ? random_model() : trained_model(argv[1], argv[2], argv[3]);
  return agree ? 0 : 1;
} catch (const limn::Error& error) {
  std::fprintf(stderr, "factorisation: %s\n", error.what());
  return 1;
}
