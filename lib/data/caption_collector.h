// Collects what a caption file says, photo by photo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "limn/data/captions.h"

namespace limn::data {

class CaptionCollector {
 public:
  CaptionCollector(std::filesystem::path path, std::string format);

  /// The photo called `name`, perhaps within a folder; added when it is new. Throws IoError when
  /// two photos differ in the folder alone.
  std::size_t photo(std::string_view name);
  /// The collected so far, to set id and split.
  CaptionedImage& image(std::size_t photo) { return set_.images[photo]; }
  std::size_t images() const { return set_.images.size(); }

  /// Whether `caption` holds more than blanks; only then it is added, without blanks at either end.
  bool add(std::size_t photo, std::string_view caption);
  /// Counts what had to be left out: "empty captions"; the first example is kept.
  void skip(const std::string& what, const std::string& example);

  /// Photos without captions are left out with a warning. Throws IoError when nothing is left.
  CaptionSet finish();

 private:
  struct Skipped {
    std::size_t count = 0;
    std::string example;
  };

  std::filesystem::path path_;
  CaptionSet set_;
  std::vector<std::string> full_names_;
  std::unordered_map<std::string, std::size_t> photos_;  // by file
  std::vector<std::pair<std::string, Skipped>> skipped_;
};

}  // namespace limn::data
