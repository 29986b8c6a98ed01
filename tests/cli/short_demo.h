// A short demo that many cases of the program look at.
#pragma once

#include "cli/limn_program.h"

namespace limn::test {

/// Its folder, with captions.tsv of its pictures.
struct ShortDemo {
  TemporaryFolder folder;
  Outcome outcome;
  json result;
  std::string model = "runs/demo/model.safetensors";
  std::string pictures = "runs/demo/pictures";
  std::string picture;  // one of them

  ShortDemo() {
    outcome =
        run(folder, {"demo", "--epochs", "2", "--pictures", "120", "--held-out", "20", "--json"});
    result = json_of(outcome);
    picture = result.at("picture");
    folder.write("captions.tsv", captions());
  }

  // A caption file of the pictures that were kept.
  std::string captions() const {
    std::string text;
    for (const auto& entry : fs::directory_iterator(folder / pictures))
      text += entry.path().filename().string() + "\ta red circle left of a blue square\n";
    return text;
  }
};

/// Made once for all cases.
inline const ShortDemo& demo() {
  static const ShortDemo made;
  return made;
}

/// Runs a command of its model in its folder.
inline Outcome run_model(const std::string& command, const std::vector<std::string>& arguments) {
  std::vector<std::string> all{command, "--model", demo().model};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run(demo().folder, all);
}

inline double sum_of_words(const json& words) {
  double sum = 0;
  for (const json& word : words) sum += word.at("log_probability").get<double>();
  return sum;
}

}  // namespace limn::test
