#include "limn/train/caption_page.h"

#include <algorithm>

#include "core/check.h"
#include "limn/vision/image.h"
#include "limn/vision/transform.h"

namespace limn::train {
namespace {

constexpr int kQuality = 85;

std::int64_t scaled(std::int64_t side, std::int64_t longest, std::int64_t longer) {
  return std::max<std::int64_t>(1, (2 * side * longest + longer) / (2 * longer));
}

}  // namespace

std::string thumbnail(const Tensor& picture, std::int64_t longest) {
  require(longest >= 1, "thumbnail: longest must be at least 1 pixel; got {}", longest);
  require(picture.shape().rank() == 3, "thumbnail: needs a picture [H, W, 3]; got {}",
          picture.shape());
  const std::int64_t height = picture.shape()[0];
  const std::int64_t width = picture.shape()[1];
  const std::int64_t longer = std::max(height, width);
  const Tensor small = longer <= longest ? picture
                                         : vision::resize(picture, scaled(height, longest, longer),
                                                          scaled(width, longest, longer));
  return data_uri("image/jpeg", vision::encode_jpeg(small, kQuality));
}

ReportCaption caption_card(const std::string& name, const std::string& picture_uri,
                           std::span<const models::Caption> captions) {
  require(!captions.empty(), "caption_card: \"{}\" needs at least one caption", name);
  const models::Caption& best = captions.front();
  ReportCaption card;
  card.name = name;
  card.photo_data_uri = picture_uri;
  for (const models::ScoredWord& word : best.words)
    card.words.push_back({word.word, word.log_probability});
  card.log_probability = best.log_probability;
  for (const models::Caption& other : captions.subspan(1)) card.others.push_back(other.text);
  return card;
}

}  // namespace limn::train
