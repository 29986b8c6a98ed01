// Rows sorted by the image they describe, so that what images share is read once and gradients of
// it are added without races.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace limn::kernels {

/// Of M rows, those of image b are rows[begin[b]] … rows[begin[b + 1] − 1], in rising order.
struct RowGroups {
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> rows;

  /// Every element of `images` must be in [0, count).
  RowGroups(std::int64_t count, std::span<const std::int64_t> images)
      : begin(static_cast<std::size_t>(count) + 1), rows(images.size()) {
    for (const std::int64_t image : images) ++begin[static_cast<std::size_t>(image) + 1];
    for (std::size_t b = 1; b < begin.size(); ++b) begin[b] += begin[b - 1];
    std::vector<std::int64_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t m = 0; m < images.size(); ++m)
      rows[static_cast<std::size_t>(next[static_cast<std::size_t>(images[m])]++)] =
          static_cast<std::int64_t>(m);
  }

  std::int64_t images() const { return std::ssize(begin) - 1; }
  std::span<const std::int64_t> of(std::int64_t image) const {
    const auto b = static_cast<std::size_t>(image);
    return std::span(rows).subspan(static_cast<std::size_t>(begin[b]),
                                   static_cast<std::size_t>(begin[b + 1] - begin[b]));
  }
};

}  // namespace limn::kernels
