// Photos and what people said of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace limn::data {

struct CaptionedImage {
  std::string file;                   ///< name of the photo's file, without a folder
  std::int64_t id = 0;                ///< COCO's image id; 0 where the format has none
  std::vector<std::string> captions;  ///< as written, in order
  std::string split;                  ///< "train", "dev", "test"; empty when nothing is said
};

/// What was in a caption file, and what was wrong with it.
struct CaptionSet {
  std::string format;  ///< what it was recognised as
  std::vector<CaptionedImage> images;
  std::vector<std::string>
      warnings;  ///< one line each: skipped captions, with counts and an example
  std::int64_t caption_count() const;
};

/// Reads any of the known layouts, told apart by content: `photo.jpg#k<TAB>caption` (Flickr8k and
/// Flickr30k; captions of keys that name no photo, `….jpg.1#k`, are skipped with a warning),
/// `photo.jpg<TAB>caption`, COCO JSON. Empty captions are skipped with a warning. Throws IoError
/// with the line or JSON path when the file is of none of them or damaged.
CaptionSet read_captions(const std::filesystem::path& path);

/// File names, one a line; blank lines are skipped.
std::vector<std::string> read_names(const std::filesystem::path& path);
/// Marks the named photos. Names without captions are a warning in `set`.
void assign_split(CaptionSet& set, const std::string& split, const std::vector<std::string>& names);
/// Gives every photo that has no split one: `dev` and `test` are shares in [0, 1) of the photos,
/// drawn by `seed`; the rest is "train".
void split_randomly(CaptionSet& set, double dev, double test, std::uint64_t seed);
/// The photos of a split, in order.
std::vector<CaptionedImage> images_of(const CaptionSet& set, const std::string& split);

/// A caption for a photo, from a COCO result file or for one.
struct Result {
  std::int64_t image_id = 0;  ///< 0: known by `file`
  std::string file;
  std::string caption;
};
/// `[{"image_id": 1, "caption": "…"}, …]`; also with "file" in place of "image_id". Throws IoError
/// for anything else and for two captions of one photo.
std::vector<Result> read_results(const std::filesystem::path& path);
/// Atomically.
void write_results(const std::filesystem::path& path, const std::vector<Result>& results);

}  // namespace limn::data
