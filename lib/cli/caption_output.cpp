#include "cli/caption_output.h"

#include <fmt/ranges.h>

#include <filesystem>
#include <map>

#include "cli/failure.h"
#include "cli/output.h"
#include "limn/data/photo_names.h"
#include "limn/train/caption_page.h"

namespace limn::cli {
namespace {

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

// As which a COCO result file knows a photo.
ordered_json coco_name(const std::string& path) {
  const std::string file = file_name(path);
  if (const auto id = data::coco_id(file)) return {{"image_id", *id}};
  return {{"file", file}};
}

std::string lines(const CaptionedPhoto& photo, const std::string& prefix) {
  if (photo.captions.size() == 1) return prefix + photo.captions.front().text + "\n";
  std::string text;
  for (const models::Caption& caption : photo.captions)
    text += fmt::format("{}{:.4f}\t{}\n", prefix, caption.log_probability, caption.text);
  return text;
}

ordered_json caption_json(const models::Caption& caption) {
  ordered_json words = ordered_json::array();
  for (const models::ScoredWord& word : caption.words) {
    ordered_json entry{{"word", word.word}, {"log_probability", word.log_probability}};
    if (caption.attention.defined()) {
      const auto at = std::ssize(words);
      const Tensor weights = caption.attention.rows(at, at + 1).to(DType::float64);
      entry["attention"] =
          std::vector<double>(weights.span<double>().begin(), weights.span<double>().end());
    }
    words.push_back(std::move(entry));
  }
  return {{"caption", caption.text},
          {"log_probability", caption.log_probability},
          {"finished", caption.finished},
          {"words", std::move(words)}};
}

}  // namespace

std::string captions_text(const CaptionedPhoto& photo) { return lines(photo, ""); }

std::string captions_text(const std::vector<CaptionedPhoto>& photos) {
  std::string text;
  for (const CaptionedPhoto& photo : photos) text += lines(photo, photo.path + "\t");
  return text;
}

std::string captions_json(const std::vector<CaptionedPhoto>& photos) {
  ordered_json result = ordered_json::array();
  for (const CaptionedPhoto& photo : photos) {
    ordered_json captions = ordered_json::array();
    for (const models::Caption& caption : photo.captions) captions.push_back(caption_json(caption));
    result.push_back({{"photo", photo.path}, {"captions", std::move(captions)}});
  }
  return json_text(result);
}

void check_told_apart(const std::vector<std::string>& paths) {
  std::map<std::string, std::string> known;
  for (const std::string& path : paths) {
    const std::string name = one_line(coco_name(path));
    const auto [before, fresh] = known.emplace(name, path);
    if (fresh) continue;
    throw UsageError(
        fmt::format("--format coco knows photos by their file names: {} and {} would both be {}",
                    before->second, path, name));
  }
}

std::string captions_coco(const std::vector<CaptionedPhoto>& photos) {
  ordered_json result = ordered_json::array();
  for (const CaptionedPhoto& photo : photos) {
    ordered_json entry = coco_name(photo.path);
    entry["caption"] = photo.captions.front().text;
    result.push_back(std::move(entry));
  }
  return json_text(result);
}

std::string captions_html(const std::vector<CaptionedPhoto>& photos,
                          const std::vector<std::string>& models) {
  train::Report report;
  report.title = "Captions";
  report.summary = {{"model", fmt::format("{}", fmt::join(models, ", "))},
                    {"photos", fmt::format("{}", photos.size())}};
  for (const CaptionedPhoto& photo : photos) {
    report.captions.push_back(
        train::caption_card(file_name(photo.path), photo.picture_uri, photo.captions));
  }
  return train::render_report(report);
}

}  // namespace limn::cli
