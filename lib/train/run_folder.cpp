#include "train/run_folder.h"

#include <fmt/format.h>

#include "limn/core/error.h"

namespace limn::train {

void RunFolder::make() const {
  std::error_code error;
  std::filesystem::create_directories(checkpoint().parent_path(), error);
  if (error) {
    throw IoError(folder, fmt::format("cannot be made ({}); choose a folder you may write to",
                                      error.message()));
  }
}

}  // namespace limn::train
