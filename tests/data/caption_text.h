// Captions and results of files with a given text.
#pragma once

#include "limn/data/captions.h"
#include "support/file_errors.h"

namespace limn::test {

inline data::CaptionSet read_captions(std::string_view text,
                                      const data::ReadOptions& options = {}) {
  const TemporaryFolder folder;
  return data::read_captions(folder.write("captions", text), options);
}

/// What reading such a file throws, without the path.
inline std::string captions_error(std::string_view text) {
  return error_of_file(text, [](const auto& path) { (void)data::read_captions(path); });
}
inline std::string results_error(std::string_view text) {
  return error_of_file(text, [](const auto& path) { (void)data::read_results(path); });
}

}  // namespace limn::test
