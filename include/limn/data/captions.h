// Photos and what people said of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace limn::data {

struct CaptionedImage {
  std::string file = {};  ///< name of the photo's file, without a folder
  std::int64_t id = 0;    ///< COCO's image id; 0 where the format has none
  /// As written but for blanks at either end, in file order.
  std::vector<std::string> captions = {};
  std::string split = {};  ///< "train", "dev", "test"; empty when nothing is said
};

/// What was in a caption file, and what was wrong with it.
struct CaptionSet {
  std::string format;  ///< what it was recognised as
  std::vector<CaptionedImage> images;
  std::vector<std::string>
      warnings;  ///< one line each: skipped captions, with counts and an example
  std::int64_t caption_count() const;
};

/// Reads any of the known layouts, told apart by content:
///  - `photo.jpg#k<TAB>caption` (Flickr8k and Flickr30k; captions of keys that name no photo,
///    `….jpg.1#k`, are skipped with a warning);
///  - `photo.jpg<TAB>caption`;
///  - COCO JSON: "images" and "annotations" that refer to them by id. Captions of images that are
///    not listed are skipped with a warning.
/// Text is UTF-8, with or without a byte order mark and Windows line ends; blank lines are skipped.
/// Empty captions, and photos without any, are skipped with a warning. Throws IoError with the line
/// or JSON path when the file is of none of them or damaged, when an id is there twice, when two
/// photos have one file name, and when no caption is left.
CaptionSet read_captions(const std::filesystem::path& path);

/// Names of photos without their folders, one a line; blank lines are skipped. Throws IoError when
/// there is none.
std::vector<std::string> read_names(const std::filesystem::path& path);
/// Marks the named photos. Names without captions are a warning in `set`, and so are photos that
/// were in another split. Throws InvalidArgument when `split` is empty.
void assign_split(CaptionSet& set, const std::string& split, const std::vector<std::string>& names);
/// Gives every photo that has no split one: "dev" and "test" with the probabilities `dev` and
/// `test`, "train" otherwise. What a photo gets is drawn from `seed` and its file name alone, so it
/// stays where it is when others come, go or change places; the shares of a small set are therefore
/// met roughly. Throws InvalidArgument unless dev, test >= 0 and dev + test < 1.
void split_randomly(CaptionSet& set, double dev, double test, std::uint64_t seed);
/// The photos of a split, in order.
std::vector<CaptionedImage> images_of(const CaptionSet& set, const std::string& split);

/// A caption for a photo, from a COCO result file or for one.
struct Result {
  std::int64_t image_id = 0;  ///< 0: known by `file`
  std::string file = {};      ///< without a folder; empty: known by `image_id`
  std::string caption = {};   ///< may be empty
};
/// `[{"image_id": 1, "caption": "…"}, …]`; also with "file" in place of "image_id", or with both.
/// Throws IoError, naming the entry, for anything else and for two captions of one photo.
std::vector<Result> read_results(const std::filesystem::path& path);
/// Atomically, a line for each; bytes that are no UTF-8 become U+FFFD. Throws InvalidArgument for
/// two captions of one photo.
void write_results(const std::filesystem::path& path, const std::vector<Result>& results);

}  // namespace limn::data
