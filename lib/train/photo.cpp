#include "limn/train/photo.h"

#include <fmt/format.h>

namespace limn::train {

std::unique_ptr<text::Tokenizer> metric_tokenizer(const text::Tokenizer& tokenizer) {
  return tokenizer.makes_words() ? nullptr : text::make_tokenizer("simple");
}

std::vector<Photo> split_captions(const std::vector<data::CaptionedImage>& images,
                                  const text::Tokenizer& tokenizer,
                                  std::vector<std::string>& warnings) {
  std::vector<Photo> photos;
  const auto metric = metric_tokenizer(tokenizer);
  std::int64_t wordless = 0, captionless = 0;
  for (const data::CaptionedImage& image : images) {
    Photo photo{.name = image.file, .id = image.id, .captions = {}, .words = {}};
    for (const std::string& caption : image.captions) {
      std::vector<std::string> words = tokenizer.split(caption);
      if (words.empty()) {
        ++wordless;
        continue;
      }
      photo.captions.push_back(caption);
      photo.words.push_back(std::move(words));
      if (metric != nullptr) photo.references.push_back(metric->split(caption));
    }
    if (photo.captions.empty()) {
      ++captionless;
    } else {
      photos.push_back(std::move(photo));
    }
  }
  if (wordless > 0)
    warnings.push_back(fmt::format("{} captions without a word left out", wordless));
  if (captionless > 0)
    warnings.push_back(fmt::format("{} photos without a caption left out", captionless));
  return photos;
}

}  // namespace limn::train
