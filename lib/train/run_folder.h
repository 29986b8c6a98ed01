// The files of a run.
#pragma once

#include <filesystem>

namespace limn::train {

struct RunFolder {
  std::filesystem::path folder;
  std::filesystem::path model() const { return folder / "model.safetensors"; }
  std::filesystem::path checkpoint() const { return folder / "checkpoint" / "last.safetensors"; }
  std::filesystem::path log() const { return folder / "log.jsonl"; }
  std::filesystem::path recipe() const { return folder / "recipe.toml"; }
  std::filesystem::path report() const { return folder / "report.html"; }

  /// Throws IoError when it cannot be made.
  void make() const;
};

}  // namespace limn::train
