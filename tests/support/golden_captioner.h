// Whole captioners against those of other implementations: log-probabilities, losses, gradients and
// captions (golden/models, ../shared/data/golden/README-models.md).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "limn/decode/search.h"
#include "limn/models/captioner.h"
#include "limn/ops/arithmetic.h"
#include "support/golden.h"
#include "support/json_file.h"

namespace limn::test {

/// The reference values of one captioner: NAME.safetensors and, of gradients' norms, NAME.json.
class GoldenCaptioner {
 public:
  /// `renamed`: what a parameter's name begins with, mine → theirs; of an empty name, what all of
  /// theirs begin with.
  explicit GoldenCaptioner(const std::string& name, std::map<std::string, std::string> renamed = {})
      : file(kGolden / "models" / (name + ".safetensors")),
        json_(read_json(kGolden / "models" / (name + ".json"))),
        renamed_(std::move(renamed)) {
    const auto variable = [&](const std::string& input) {
      return file.contains(input) ? Variable(file.tensor(input)) : Variable();
    };
    features.global = variable("input/global");
    features.regions = variable("input/regions");
    if (file.contains("input/region_mask"))
      features.mask = file.tensor("input/region_mask").to(DType::uint8);
  }

  SafetensorsFile file;
  nn::Features features;

  std::string theirs(const std::string& mine) const {
    for (const auto& [begin, other] : renamed_)
      if (mine.starts_with(begin)) return other + mine.substr(begin.size());
    return mine;
  }
  /// Gives the captioner the reference's parameters.
  void load_into(models::Captioner& captioner) const {
    std::map<std::string, Tensor> state;
    for (const auto& [mine, values] : captioner.state_dict())
      state[mine] = file.tensor("parameter/" + theirs(mine));
    captioner.load_state_dict(state);
    std::size_t all = 0;
    for (const std::string& name : file.names()) all += name.starts_with("parameter/" + theirs(""));
    REQUIRE(state.size() == all);
  }
  /// What was fed under teacher forcing: "rows", which have the begin word, or "input/captions".
  /// Where there is a "mask", rows end with what it counts last; an end before that is a word.
  data::CaptionBatch captions(const models::Captioner& captioner) const {
    if (!file.contains("rows")) return captions(captioner, "input/captions");
    if (!file.contains("mask")) return captions(captioner, "rows");
    const Shape& shape = file.shape("mask");
    const std::vector<double> counted = values("mask");
    const std::vector<std::int32_t> ids = golden_ids(file, "rows");
    std::vector<data::EncodedCaption> captions;
    for (std::int64_t row = 0; row < shape[0]; ++row) {
      const auto mask = counted.begin() + row * shape[1];
      const auto length = static_cast<std::ptrdiff_t>(std::count(mask, mask + shape[1], 1.0));
      const auto first = ids.begin() + row * (shape[1] + 1) + 1;
      captions.push_back({row * features.images() / shape[0], {first, first + length - 1}});
    }
    return data::pack_captions(captions, captioner.begin(), captioner.end());
  }
  /// Rows of word ids up to the end word, as a batch of captions.
  data::CaptionBatch captions(const models::Captioner& captioner, const std::string& name) const {
    const Shape& shape = file.shape(name);
    const std::vector<std::int32_t> ids = golden_ids(file, name);
    const std::int64_t each = shape[0] / features.images(), first = name == "rows" ? 1 : 0;
    std::vector<data::EncodedCaption> captions;
    for (std::int64_t row = 0; row < shape[0]; ++row) {
      const auto begin = ids.begin() + row * shape[1] + first, end = begin + shape[1] - first;
      captions.push_back({row / each, {begin, std::find(begin, end, captioner.end())}});
    }
    return data::pack_captions(captions, captioner.begin(), captioner.end());
  }
  /// of the gradient of a loss by a parameter, my name.
  double gradient_norm(const std::string& loss, const std::string& parameter) const {
    return json_["gradient_norms"][loss][theirs(parameter)];
  }
  std::vector<double> values(const std::string& name) const {
    const Tensor tensor = file.tensor(name).to(DType::float64);
    return {tensor.span<double>().begin(), tensor.span<double>().end()};
  }

 private:
  json json_;
  std::map<std::string, std::string> renamed_;
};

/// Teacher forcing gives the log-probabilities of the targets, steps those of all words.
inline void require_golden_log_probabilities(const GoldenCaptioner& golden,
                                             const models::Captioner& captioner) {
  const NoGradGuard guard;
  const data::CaptionBatch batch = golden.captions(captioner);
  const Tensor forced = captioner.log_likelihood(golden.features, batch, {}, {}).log_probabilities;
  const Tensor theirs = golden.file.tensor("logprobs");
  const std::int64_t steps = theirs.shape()[1], words = theirs.shape()[2];
  decode::State state = captioner.start(golden.features);
  state = captioner.reorder(state, batch.images);
  for (std::int64_t t = 0; t < batch.packing.steps(); ++t) {
    const std::int64_t begin = batch.packing.offset(t), rows = batch.packing.rows(t);
    std::vector<std::int64_t> alive;
    for (std::int64_t row = 0; row < rows; ++row) alive.push_back(row);
    state = captioner.reorder(state, alive);
    const Tensor stepped = captioner.step(
        state, std::span(batch.inputs)
                   .subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(rows)));
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t caption = batch.order[static_cast<std::size_t>(row)];
      const Tensor reference = theirs.reshaped(Shape{theirs.shape()[0] * steps, words})
                                   .rows(caption * steps + t, caption * steps + t + 1);
      INFO("caption " << caption << ", step " << t);
      require_close(stepped.rows(row, row + 1), reference, 1e-4);
      const std::int32_t target = batch.targets[static_cast<std::size_t>(begin + row)];
      REQUIRE(forced.data<float>()[begin + row] ==
              Approx(reference.data<float>()[target]).margin(1e-4));
    }
  }
}

/// A loss Σ −weights[n] log P(n) + offset, of which the file has the value and the gradients'
/// norms.
struct GoldenLoss {
  std::string name;
  data::CaptionBatch batch;
  std::vector<float> weights;
  double label_smoothing = 0;
  double offset = 0;
  bool penalty = false;  ///< with that of the model
};

inline GoldenLoss golden_cross_entropy(const GoldenCaptioner& golden,
                                       const models::Captioner& captioner,
                                       const std::string& name) {
  GoldenLoss loss{.name = name, .batch = golden.captions(captioner), .weights = {}};
  const auto words = static_cast<double>(loss.batch.words());
  loss.weights.assign(loss.batch.targets.size(), static_cast<float>(1 / words));
  return loss;
}

/// 0.1 in the Kullback–Leibler form: the target is worth 1 − ε, the others ε/(C − 1), and the
/// entropy of that is taken off.
inline GoldenLoss golden_smoothed(const GoldenCaptioner& golden,
                                  const models::Captioner& captioner) {
  GoldenLoss loss = golden_cross_entropy(golden, captioner, "smooth");
  const auto classes = static_cast<double>(captioner.vocabulary_size());
  constexpr double epsilon = 0.1;
  loss.label_smoothing = epsilon * classes / (classes - 1);
  loss.offset = (1 - epsilon) * std::log(1 - epsilon) + epsilon * std::log(epsilon / (classes - 1));
  return loss;
}

/// Sampled captions, each as good as its score beats what it is compared with: that of the greedy
/// caption ("scst") or the mean of its photo's other samples ("nsc").
inline GoldenLoss golden_self_critical(const GoldenCaptioner& golden,
                                       const models::Captioner& captioner,
                                       const std::string& name) {
  GoldenLoss loss{
      .name = name, .batch = golden.captions(captioner, "input/samples"), .weights = {}};
  const std::vector<double> scores = golden.values("input/sample_scores");
  const std::vector<double> greedy = golden.values("input/greedy_scores");
  const std::size_t each = scores.size() / greedy.size();
  const std::int64_t longest = golden.file.shape("input/samples")[1];
  loss.weights.assign(loss.batch.targets.size(), 0);
  std::int64_t counted = 0;
  for (std::int64_t row = 0; row < loss.batch.rows(); ++row) {
    const auto sample = static_cast<std::size_t>(loss.batch.order[static_cast<std::size_t>(row)]);
    double sum = -scores[sample];
    for (std::size_t k = 0; k < each; ++k) sum += scores[sample / each * each + k];
    const double baseline =
        name == "scst" ? greedy[sample / each] : sum / static_cast<double>(each - 1);
    // A sample without an end was cut: there is no target after its last word.
    const std::int64_t length = std::min(loss.batch.packing.length(row), longest);
    for (std::int64_t t = 0; t < length; ++t)
      loss.weights[static_cast<std::size_t>(loss.batch.packing.offset(t) + row)] =
          static_cast<float>(scores[sample] - baseline);
    counted += length;
  }
  for (float& weight : loss.weights) weight /= static_cast<float>(counted);
  return loss;
}

inline void require_golden_loss(const GoldenCaptioner& golden, const models::Captioner& captioner,
                                const GoldenLoss& loss) {
  INFO("loss " << loss.name);
  models::LikelihoodOptions options{.weights = loss.weights,
                                    .label_smoothing = loss.label_smoothing};
  for (float& weight : options.weights) weight = -weight;
  const models::Likelihood likelihood =
      captioner.log_likelihood(golden.features, loss.batch, options, {});
  Variable value = ops::affine(likelihood.total, 1, loss.offset);
  if (loss.penalty) value = ops::add(value, likelihood.penalty);
  REQUIRE(value.value().item() ==
          Approx(golden.file.tensor("loss/" + loss.name).item()).margin(1e-5));
  captioner.clear_grad();
  backward(value);
  for (const auto& [name, parameter] : captioner.parameters()) {
    INFO(name);
    double squares = 0;
    for (const float g : parameter.grad().span<float>())
      squares += static_cast<double>(g) * static_cast<double>(g);
    REQUIRE(std::sqrt(squares) ==
            Approx(golden.gradient_norm(loss.name, name)).epsilon(1e-3).margin(1e-6));
  }
}

/// Every loss that the file has, and the gradient of every parameter.
inline void require_golden_losses(const GoldenCaptioner& golden,
                                  const models::Captioner& captioner) {
  if (golden.file.contains("loss/smooth"))
    require_golden_loss(golden, captioner, golden_smoothed(golden, captioner));
  for (const std::string name : {"scst", "nsc"})
    if (golden.file.contains("loss/" + name))
      require_golden_loss(golden, captioner, golden_self_critical(golden, captioner, name));
  require_golden_loss(golden, captioner, golden_cross_entropy(golden, captioner, "xe"));
  if (golden.file.contains("loss/total")) {
    GoldenLoss total = golden_cross_entropy(golden, captioner, "total");
    total.penalty = true;
    require_golden_loss(golden, captioner, total);
  }
  for (const auto& [name, parameter] : captioner.parameters()) {
    INFO(name);
    require_close(parameter.grad(), golden.file.tensor("gradient/" + golden.theirs(name)), 1e-5);
  }
}

/// The words of row `row` of `ids`, which `end` or −1 ends.
inline std::vector<std::int32_t> golden_words(const GoldenCaptioner& golden, const std::string& ids,
                                              std::int64_t row, std::int32_t end = 0) {
  const std::vector<std::int32_t> all = golden_ids(golden.file, ids);
  const std::int64_t longest = golden.file.shape(ids)[-1];
  const auto begin = all.begin() + row * longest;
  return {begin, std::find_if(begin, begin + longest,
                              [&](std::int32_t id) { return id < 0 || id == end; })};
}

inline void require_golden_greedy(const GoldenCaptioner& golden,
                                  const models::Captioner& captioner) {
  const Shape shape = golden.file.shape("greedy/ids");
  const decode::SearchOptions options{.max_length = shape[1], .at_limit = decode::AtLimit::keep};
  const auto found = decode::greedy(captioner, golden.features, options);
  for (std::int64_t image = 0; image < shape[0]; ++image) {
    const decode::Hypothesis& mine = found[static_cast<std::size_t>(image)];
    INFO("greedy, image " << image);
    REQUIRE(mine.words == golden_words(golden, "greedy/ids", image, captioner.end()));
    if (!golden.file.contains("greedy/logprobs")) continue;
    const Tensor theirs = golden.file.tensor("greedy/logprobs");
    for (std::size_t t = 0; t < mine.log_probabilities.size(); ++t) {
      const std::int32_t word = t < mine.words.size() ? mine.words[t] : captioner.end();
      const std::int64_t at = (image * shape[1] + static_cast<std::int64_t>(t)) * theirs.shape()[2];
      REQUIRE(mine.log_probabilities[t] == Approx(theirs.data<float>()[at + word]).margin(1e-4));
    }
  }
}

/// `name`/ids [B, beam, L], group after group, /scores and, where the file has them, /logprobs.
/// Beam and limits of `options` are those of the file.
inline void require_golden_beam(const GoldenCaptioner& golden, const models::Captioner& captioner,
                                const std::string& name, decode::SearchOptions options = {}) {
  const Shape shape = golden.file.shape(name + "/ids");
  const auto beam = static_cast<int>(shape[1]);
  options.beam = options.n_best = beam;
  options.max_length = shape[2];
  options.at_limit = decode::AtLimit::keep;
  auto found = decode::beam_search(captioner, golden.features, options);
  for (auto& captions : found) {
    std::stable_sort(captions.begin(), captions.end(),
                     [](auto& a, auto& b) { return a.group < b.group; });
  }
  const std::vector<double> scores = golden.values(name + "/scores");
  for (std::int64_t row = 0; row < shape[0] * shape[1]; ++row) {
    // Below are the fillers of the reference's search.
    if (scores[static_cast<std::size_t>(row)] < -100) continue;
    INFO(name << ", image " << row / beam << ", hypothesis " << row % beam);
    const decode::Hypothesis& mine =
        found[static_cast<std::size_t>(row / beam)].at(static_cast<std::size_t>(row % beam));
    REQUIRE(mine.words == golden_words(golden, name + "/ids", row, captioner.end()));
    REQUIRE(mine.score == Approx(scores[static_cast<std::size_t>(row)]).margin(1e-4));
    if (!golden.file.contains(name + "/logprobs")) continue;
    const Tensor theirs = golden.file.tensor(name + "/logprobs");
    for (std::size_t t = 0; t < mine.log_probabilities.size(); ++t)
      REQUIRE(
          mine.log_probabilities[t] ==
          Approx(theirs.data<float>()[row * shape[2] + static_cast<std::int64_t>(t)]).margin(1e-4));
  }
}

/// Greedy, beam and diverse captions of models whose captions begin and end with 0, ranked by their
/// log-probability, by its mean per word and as by Wu et al.
inline void require_golden_search(const GoldenCaptioner& golden,
                                  const models::Captioner& captioner) {
  require_golden_greedy(golden, captioner);
  require_golden_beam(golden, captioner, "beam3");
  require_golden_beam(golden, captioner, "beam5");
  require_golden_beam(golden, captioner, "beam5_average", {.length_penalty = 1});
  const std::map<std::string, decode::SearchOptions> others = {
      {"beam5_wu", {.length_penalty = 0.9, .length_form = decode::LengthForm::wu}},
      {"diverse", {.groups = 2, .diversity = 0.5}}};
  for (const auto& [name, options] : others) {
    if (golden.file.contains(name + "/ids")) require_golden_beam(golden, captioner, name, options);
  }
}

}  // namespace limn::test
