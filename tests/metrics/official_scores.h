// What coco-caption said: the files of golden/scores with its names.
#pragma once

#include "limn/metrics/scores.h"
#include "support/golden.h"
#include "support/json_file.h"

namespace limn::test {

inline std::vector<metrics::Score> all_scores(const metrics::Scores& scores) {
  return {scores.bleu[0], scores.bleu[1], scores.bleu[2],
          scores.bleu[3], scores.rouge_l, scores.cider_d};
}

inline void require_near(double mine, double reference) {
  REQUIRE(mine == Approx(reference).epsilon(0).margin(1e-9));
}

/// The scores of `set` are those of the file `name`; `corpus` is the key of the corpus values.
inline void require_official(const std::vector<metrics::Candidate>& set, const std::string& name,
                             const std::string& corpus = "corpus") {
  const json golden = read_json(kShared / "golden" / "scores" / (name + ".json"));
  REQUIRE(set.size() == golden.at("number_of_images"));
  const auto scores = all_scores(metrics::score(set));
  const std::vector<std::string> names{"Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4", "ROUGE_L", "CIDEr"};
  for (std::size_t metric = 0; metric < names.size(); ++metric) {
    INFO(name << " " << names[metric]);
    require_near(scores[metric].corpus, golden.at(corpus).at(names[metric]));
    for (std::size_t i = 0; i < golden.at("images").size(); ++i) {
      INFO("image " << golden.at("images")[i].at("image_id"));
      require_near(scores[metric].images[i], golden.at("images")[i].at(names[metric]));
    }
  }
}

}  // namespace limn::test
