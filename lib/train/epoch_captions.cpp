#include "train/epoch_captions.h"

#include <algorithm>
#include <numeric>

#include "limn/core/generator.h"

namespace limn::train {
namespace {

// Numbers of the captions of photo `item` that are read in `epoch`.
std::vector<std::size_t> drawn(std::size_t captions, std::int64_t item,
                               const Recipe::Train& options, std::int64_t epoch) {
  std::vector<std::size_t> numbers(captions);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  const auto wanted = static_cast<std::size_t>(options.captions_per_photo);
  if (wanted == 0 || wanted >= captions) return numbers;
  Generator generator = Generator(static_cast<std::uint64_t>(options.seed))
                            .fork(kCaptions)
                            .fork(static_cast<std::uint64_t>(epoch))
                            .fork(static_cast<std::uint64_t>(item));
  generator.shuffle(std::span(numbers));
  numbers.resize(wanted);
  return numbers;
}

}  // namespace

std::vector<std::vector<std::vector<std::int32_t>>> encode_captions(
    const std::vector<Photo>& photos, const text::Vocabulary& vocabulary, std::int64_t max_length) {
  std::vector<std::vector<std::vector<std::int32_t>>> encoded;
  for (const Photo& photo : photos) {
    auto& captions = encoded.emplace_back();
    for (const auto& words : photo.words) {
      captions.push_back(vocabulary.encode(words));
      if (std::ssize(captions.back()) > max_length)
        captions.back().resize(static_cast<std::size_t>(max_length));
    }
  }
  return encoded;
}

std::vector<data::EncodedCaption> captions_of_epoch(
    const std::vector<std::vector<std::vector<std::int32_t>>>& encoded,
    std::span<const std::int64_t> items, const Recipe::Train& options, std::int64_t epoch) {
  std::vector<data::EncodedCaption> captions;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& of_photo = encoded[static_cast<std::size_t>(items[i])];
    for (const std::size_t k : drawn(of_photo.size(), items[i], options, epoch))
      captions.push_back({static_cast<std::int64_t>(i), of_photo[k]});
  }
  return captions;
}

}  // namespace limn::train
