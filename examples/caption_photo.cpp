// Says what is on a photo.
//
//   caption_photo MODEL PHOTO    MODEL: the model.safetensors of a run
#include <cstdio>

#include "limn/core/cpu.h"
#include "limn/core/error.h"
#include "limn/models/photo_captioner.h"
#include "limn/vision/image.h"

int main(int argc, char** argv) try {
  limn::check_cpu();
  if (argc != 3) {
    std::fprintf(stderr, "usage: caption_photo MODEL PHOTO\n");
    return 2;
  }
  const auto model = limn::models::PhotoCaptioner::load(argv[1]);
  const std::vector<limn::Tensor> photos = {limn::vision::read_image(argv[2])};

  // One list for each photo, best first.
  const auto captions = model.caption(photos, {.beam = 5, .n_best = 5}).front();
  std::printf("log P(S | I)   S\n");
  for (const auto& caption : captions)
    std::printf("%12.4f   %s\n", caption.log_probability, caption.text.c_str());

  std::printf("\nword by word:");
  for (const auto& [word, log_probability] : captions.front().words)
    std::printf(" %s (%.2f)", word.c_str(), log_probability);
  std::printf("\n");
  return 0;
} catch (const limn::Error& error) {
  std::fprintf(stderr, "caption_photo: %s\n", error.what());
  return 1;
}
