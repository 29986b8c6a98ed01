#include "limn/data/batch.h"

#include <algorithm>
#include <numeric>

#include "core/check.h"
#include "limn/core/generator.h"

namespace limn::data {
namespace {

std::vector<std::int64_t> longest_first(std::span<const EncodedCaption> captions) {
  std::vector<std::int64_t> order(captions.size());
  std::iota(order.begin(), order.end(), 0);
  const auto length = [&](std::int64_t i) {
    return captions[static_cast<std::size_t>(i)].words.size();
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return length(a) > length(b); });
  return order;
}

std::vector<std::vector<std::int64_t>> cut(std::span<const std::int64_t> items,
                                           std::int64_t batch) {
  std::vector<std::vector<std::int64_t>> batches;
  for (const auto size = static_cast<std::size_t>(batch); !items.empty();) {
    const auto next = items.first(std::min(size, items.size()));
    batches.emplace_back(next.begin(), next.end());
    items = items.subspan(next.size());
  }
  return batches;
}

std::vector<std::int64_t> all_of(std::int64_t images, std::int64_t batch, const char* what) {
  require(images >= 0 && batch >= 1,
          "{}: images must be at least 0 and batch at least 1; got {} and {}", what, images, batch);
  std::vector<std::int64_t> items(static_cast<std::size_t>(images));
  std::iota(items.begin(), items.end(), 0);
  return items;
}

}  // namespace

CaptionBatch pack_captions(std::span<const EncodedCaption> captions, std::int32_t begin,
                           std::int32_t end) {
  CaptionBatch batch;
  batch.order = longest_first(captions);
  std::vector<std::int64_t> lengths;
  for (const std::int64_t i : batch.order) {
    const EncodedCaption& caption = captions[static_cast<std::size_t>(i)];
    require(caption.image >= 0, "pack_captions: caption {} is of image {}; images count from 0", i,
            caption.image);
    batch.images.push_back(caption.image);
    lengths.push_back(static_cast<std::int64_t>(caption.words.size()) + 1);
  }
  batch.packing = Packing::of(lengths);
  batch.inputs.resize(static_cast<std::size_t>(batch.words()), begin);
  batch.targets.resize(static_cast<std::size_t>(batch.words()), end);
  for (std::size_t row = 0; row < batch.order.size(); ++row) {
    const auto& words = captions[static_cast<std::size_t>(batch.order[row])].words;
    for (std::size_t t = 0; t < words.size(); ++t) {
      const auto step = static_cast<std::int64_t>(t);
      batch.targets[static_cast<std::size_t>(batch.packing.offset(step)) + row] = words[t];
      batch.inputs[static_cast<std::size_t>(batch.packing.offset(step + 1)) + row] = words[t];
    }
  }
  return batch;
}

std::vector<std::vector<std::int64_t>> epoch_batches(std::int64_t images, std::int64_t batch,
                                                     std::uint64_t seed, std::int64_t epoch) {
  require(epoch >= 0, "epoch_batches: epoch must be at least 0; got {}", epoch);
  std::vector<std::int64_t> items = all_of(images, batch, "epoch_batches");
  Generator(seed).fork(static_cast<std::uint64_t>(epoch)).shuffle(std::span(items));
  return cut(items, batch);
}

std::vector<std::vector<std::int64_t>> ordered_batches(std::int64_t images, std::int64_t batch) {
  return cut(all_of(images, batch, "ordered_batches"), batch);
}

}  // namespace limn::data
