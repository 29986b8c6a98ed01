// Photos and what people said of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace limn::data {

struct CaptionedImage {
  std::string file = {};  ///< name of the photo's file, without a folder
  /// COCO's image id, from the file or from the photo's name, where one of them says it.
  std::optional<std::int64_t> id = {};
  /// As written but for blanks at either end, in file order.
  std::vector<std::string> captions = {};
  std::string split = {};  ///< "train", "dev", "test"; empty when nothing is said
};

/// What of a caption file was left out, and why.
struct Skipped {
  std::string what;        ///< "empty captions"
  std::int64_t count = 0;  ///< how many
  std::string first;       ///< where the first is: "line 3", "annotations[2]"
};

/// What was in a caption file, and what was wrong with it.
struct CaptionSet {
  std::string format = {};  ///< what it was recognised as
  std::vector<CaptionedImage> images = {};
  std::vector<Skipped> skipped = {};
  /// A line each, those of `skipped` among them, with counts and the place of the first.
  std::vector<std::string> warnings = {};
  std::int64_t caption_count() const;
};

struct ReadOptions {
  bool lossy = false;   ///< bytes that are no UTF-8 become U+FFFD, with a warning; else IoError
  bool tokens = false;  ///< of Karpathy's files: the tokens, joined by blanks, not the sentences
  bool bare = false;    ///< keep photos that have no caption
  std::string restval = "train";  ///< split of the photos that Karpathy's files call so
};

/// Reads any of the known layouts, told apart by content; docs/formats.md shows each:
///  - COCO JSON: "images" and "annotations" that refer to them by id;
///  - Karpathy JSON: dataset_coco, dataset_flickr8k, dataset_flickr30k, with their splits;
///  - JSON lists, and JSON lines, of objects that name a photo and have a caption or a list of
///  them;
///  - `photo.jpg#k<TAB>caption` (Flickr8k and Flickr30k; captions of keys that name no photo,
///    `….jpg.1#k`, are skipped with a warning), also with `#enc#k` and a blank;
///  - CSV with a header that names the columns, or of a photo and a caption; the separator is a
///    comma, semicolon, bar or tab;
///  - `photo.jpg<TAB>caption`.
/// Text is UTF-8, with or without a byte order mark and Windows line ends; blank lines are skipped.
/// Empty captions, and photos without any, are skipped with a warning. Throws IoError with the line
/// or JSON path when the file is of none of them or damaged, when an id is there twice, when two
/// photos have one file name, and when no caption is left.
CaptionSet read_captions(const std::filesystem::path& path, const ReadOptions& options = {});
/// Atomically, as COCO JSON, which also says the splits. Photos without an id, or with that of one
/// before, get the lowest that is free.
void write_captions(const std::filesystem::path& path, const CaptionSet& set);

/// What limn calls a split: "dev" for "val", "valid" and "validation", "train" for "training",
/// "test" for "testing"; others keep their name, without blanks around it.
std::string split_name(std::string_view name);
/// Names of photos without their folders, one a line; blank lines are skipped. Throws IoError when
/// there is none.
std::vector<std::string> read_names(const std::filesystem::path& path);
/// Marks the named photos. Names without captions are a warning in `set`, and so are photos that
/// were in another split. Throws InvalidArgument when `split` is empty.
void assign_split(CaptionSet& set, const std::string& split, const std::vector<std::string>& names);
struct RandomSplit {
  double dev = 0.1;  ///< share of the photos that have no split
  double test = 0;
  std::int64_t most = 1000;  ///< photos of each of the two
  std::uint64_t seed = 1;
};
/// Gives every photo that has no split one: of N, dev · N, rounded, become "dev", but at least one
/// (unless the share is 0) and at most `most`; so for "test"; the others are "train". Which ones
/// depends on `seed` and their names alone, not on their order, and COCO's two names of a photo are
/// one. Throws InvalidArgument unless dev, test >= 0, dev + test < 1 and most >= 1.
void split_randomly(CaptionSet& set, const RandomSplit& how);
/// The photos of a split, in order.
std::vector<CaptionedImage> images_of(const CaptionSet& set, const std::string& split);

/// A caption for a photo, from a COCO result file or for one.
struct Result {
  std::optional<std::int64_t> image_id = {};  ///< none: known by `file`
  std::string file = {};                      ///< without a folder; empty: known by `image_id`
  std::string caption = {};                   ///< may be empty
};
/// `[{"image_id": 1, "caption": "…"}, …]`; also with "file" in place of "image_id", or with both.
/// Throws IoError, naming the entry, for anything else and for two captions of one photo. `lossy`:
/// bytes that are no UTF-8 become U+FFFD.
std::vector<Result> read_results(const std::filesystem::path& path, bool lossy = false);
/// Whether the file begins like a list of results rather than of captions: it names its photos by
/// "image_id" or "file" alone. Throws IoError where it is no text or no JSON.
bool holds_results(const std::filesystem::path& path);
/// Atomically, a line for each; bytes that are no UTF-8 become U+FFFD. Throws InvalidArgument for
/// two captions of one photo and for one without an id and a file.
void write_results(const std::filesystem::path& path, const std::vector<Result>& results);

}  // namespace limn::data
