// Collects what a caption file says, photo by photo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "limn/data/captions.h"

namespace limn::data {

class CaptionCollector {
 public:
  CaptionCollector(std::filesystem::path path, std::string format, const ReadOptions& options);

  /// The photo called `name`, perhaps within a folder; added when it is new. Throws IoError when
  /// two photos differ in the folder alone.
  std::size_t photo(std::string_view name);
  /// The collected so far.
  CaptionedImage& image(std::size_t photo) { return set_.images[photo]; }
  std::size_t images() const { return set_.images.size(); }

  /// Adds `caption` without the blanks at either end. One of blanks alone is skipped; `place` says
  /// where it is.
  template <class Place>
  void add(std::size_t photo, std::string_view caption, const Place& place) {
    if (!add_unless_empty(photo, caption)) skip("empty captions", place());
  }
  /// Puts the photo into a split, called as limn calls it. Throws IoError when it is in another.
  void put_into(std::size_t photo, std::string_view split, const std::string& place);
  /// Counts what had to be left out: "captions of nobody"; the place of the first is kept.
  void skip(const std::string& what, const std::string& place, std::int64_t count = 1);

  /// Photos without captions are left out with a warning, unless they are wanted; then too, IoError
  /// is thrown when nothing is left.
  CaptionSet finish();

 private:
  bool add_unless_empty(std::size_t photo, std::string_view caption);
  void leave_out_bare_photos();

  std::filesystem::path path_;
  ReadOptions options_;
  CaptionSet set_;
  std::vector<std::string> full_names_;
  std::unordered_map<std::string, std::size_t> photos_;  // by file
};

}  // namespace limn::data
