#include "cli/comparison_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "cli/photo_set.h"
#include "cli/progress.h"
#include "limn/core/atomic_file.h"
#include "limn/core/error.h"
#include "limn/data/photo_folder.h"
#include "limn/train/caption_page.h"
#include "limn/train/comparison.h"
#include "limn/vision/image.h"

namespace limn::cli {
namespace {

constexpr std::size_t kShown = 50;  // photos at either end of a system
constexpr std::int64_t kSide = 320;

// Scores that say something of a single photo; the last one sorts.
constexpr std::array kOfPhotos{"BLEU-4", "METEOR", "ROUGE-L", "CIDEr-D"};

std::vector<std::size_t> columns_of(const metrics::SummedScores& sums) {
  std::vector<std::size_t> columns;
  for (const char* name : kOfPhotos) {
    const auto found = std::find(sums.names.begin(), sums.names.end(), name);
    if (found != sums.names.end()) columns.push_back(found - sums.names.begin());
  }
  return columns;
}

std::vector<train::ComparedPhoto> photos_of(const SystemSet& set,
                                            const std::vector<SystemScores>& systems) {
  const std::vector<std::size_t> columns = columns_of(systems.front().sums);
  std::vector<train::ComparedPhoto> photos(set.photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    photos[i].name = set.photos[i];
    photos[i].references = set.references[i];
    for (std::size_t system = 0; system < systems.size(); ++system) {
      const std::vector<double> scores = systems[system].sums.image(i);
      auto& caption = photos[i].captions.emplace_back();
      caption.text = set.systems[system].captions[i];
      for (const std::size_t column : columns) caption.scores.push_back(scores[column]);
    }
  }
  return photos;
}

// The best and the worst of each system by the last score.
std::set<std::size_t> extremes(const std::vector<train::ComparedPhoto>& photos) {
  std::set<std::size_t> result;
  const std::size_t shown = std::min(kShown, photos.size());
  for (std::size_t system = 0; system < photos.front().captions.size(); ++system) {
    std::vector<std::size_t> order(photos.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return photos[a].captions[system].scores.back() < photos[b].captions[system].scores.back();
    });
    result.insert(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown));
    result.insert(order.end() - static_cast<std::ptrdiff_t>(shown), order.end());
  }
  return result;
}

// Shows the chosen; what is to be said of the others, if there are any.
std::string show(std::vector<train::ComparedPhoto>& photos, const std::string& images,
                 const std::string& metric) {
  const std::set<std::size_t> chosen = extremes(photos);
  std::vector<std::string> failures;
  Progress progress;
  Counter count(progress, "photos for the page");
  std::int64_t done = 0;
  for (const std::size_t i : chosen) {
    try {
      const Tensor photo = vision::read_image(data::find_photo(images, photos[i].name));
      photos[i].photo_data_uri = train::thumbnail(photo, kSide);
    } catch (const IoError& error) {
      failures.push_back(error.what());
    }
    count(++done, static_cast<std::int64_t>(chosen.size()));
  }
  progress.clear();
  report_skipped(failures);
  const std::size_t shown = chosen.size() - failures.size();
  if (shown == photos.size()) return "";
  std::string note = fmt::format("{} of {} photos are shown", shown, photos.size());
  if (chosen.size() < photos.size())
    note += fmt::format(": of each system the {0} best and the {0} worst by {1}", kShown, metric);
  if (!failures.empty()) note += fmt::format("; {} could not be read", failures.size());
  return note + ".";
}

}  // namespace

void write_comparison(const SystemSet& set, const std::vector<SystemScores>& systems,
                      const std::string& images, const std::string& file) {
  train::Comparison page{.table = score_table_rows(systems),
                         .systems = short_names(systems),
                         .photos = photos_of(set, systems)};
  page.title =
      fmt::format("Captions of {} photos by {} systems", set.photos.size(), systems.size());
  if (systems.size() == 1)
    page.title = fmt::format("{}: captions of {} photos", page.systems[0], set.photos.size());
  for (const std::size_t column : columns_of(systems.front().sums))
    page.metrics.push_back(systems.front().sums.names[column]);
  page.notes.push_back(
      "Intervals: percentile bootstrap over photos. p: paired approximate randomisation against "
      "the first system. Of a single photo, BLEU-4 is near 0 without four words in a row as people "
      "say "
      "them.");
  if (!images.empty()) {
    std::string note = show(page.photos, images, page.metrics.back());
    if (!note.empty()) page.notes.push_back(std::move(note));
  }
  write_file_atomically(file, train::render_comparison(page));
}

}  // namespace limn::cli
