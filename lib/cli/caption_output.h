// Captions of photos as text, JSON, COCO results or a page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "limn/models/photo_captioner.h"

namespace limn::cli {

/// A photo and its captions, best first.
struct CaptionedPhoto {
  std::string path;                       ///< as the user named it
  std::string picture_uri;                ///< for a page
  std::vector<models::Caption> captions;  ///< at least one
};

/// The caption alone; or a line "log P<TAB>caption" for each, if there are several.
std::string captions_text(const CaptionedPhoto& photo);
/// The same for each photo, after its path and a tabulator.
std::string captions_text(const std::vector<CaptionedPhoto>& photos);
std::string captions_json(const std::vector<CaptionedPhoto>& photos);
/// A COCO result file of the best captions; photos are known by image_id if their names are
/// COCO's, else by "file".
std::string captions_coco(const std::vector<CaptionedPhoto>& photos);
/// Throws UsageError when such a file could not tell two of the photos apart.
void check_told_apart(const std::vector<std::string>& paths);
std::string captions_html(const std::vector<CaptionedPhoto>& photos,
                          const std::vector<std::string>& models);

}  // namespace limn::cli
