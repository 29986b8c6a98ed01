// The files of a command line, checked before the work.
#pragma once

#include <string>
#include <vector>

namespace limn::cli {

/// A file or folder and the flag that names it. Nothing where the path is empty.
struct FlaggedFile {
  std::string flag;
  std::string path;
};

/// Throws UsageError when an output is one of the inputs, a photo in a folder that is one, or the
/// same file as another output.
void keep_inputs(const std::vector<FlaggedFile>& inputs, const std::vector<FlaggedFile>& outputs);
/// The same; also throws IoError for an output that cannot be written.
void check_files(const std::vector<FlaggedFile>& inputs, const std::vector<FlaggedFile>& outputs);
/// Throws IoError unless it is a folder.
void require_folder(const FlaggedFile& folder);

}  // namespace limn::cli
