#include "limn/metrics/meteor.h"

#include <cstdlib>
#include <exception>
#include <utility>

#include "core/check.h"
#include "metrics/counted.h"
#include "metrics/meteor_alignment.h"

namespace limn::metrics {
namespace {

std::string line_of(const Sentence& words) {
  std::string line;
  for (const std::string& word : words) (line += word) += ' ';
  return line;
}

std::int64_t function_words(const MeteorCaption& caption, Span span, const MeteorLexicon& lexicon) {
  std::int64_t count = 0;
  for (std::int32_t i = span.begin; i < span.end(); ++i)
    count += lexicon[caption[static_cast<std::size_t>(i)]].function;
  return count;
}

Span whole(const MeteorCaption& caption) { return {0, static_cast<std::int32_t>(caption.size())}; }

MeteorStatistics compare(const MeteorCaption& hypothesis, const MeteorCaption& reference,
                         const MeteorLexicon& lexicon) {
  MeteorStatistics result;
  result.hypothesis_words = std::ssize(hypothesis);
  result.reference_words = std::ssize(reference);
  result.hypothesis_function_words = function_words(hypothesis, whole(hypothesis), lexicon);
  result.reference_function_words = function_words(reference, whole(reference), lexicon);
  const auto matches = align(meteor_candidates(reference, hypothesis, lexicon), hypothesis.size());
  result.chunks = chunks_of(matches);
  for (const MeteorMatch& match : matches) {
    const auto theirs = function_words(hypothesis, match.hypothesis, lexicon);
    const auto ours = function_words(reference, match.reference, lexicon);
    auto& matched = result.matched[static_cast<std::size_t>(match.module)];
    matched.hypothesis_content += match.hypothesis.size - theirs;
    matched.reference_content += match.reference.size - ours;
    matched.hypothesis_function += theirs;
    matched.reference_function += ours;
    result.hypothesis_matched += match.hypothesis.size;
    result.reference_matched += match.reference.size;
  }
  return result;
}

MeteorStatistics best(const Candidate& candidate, MeteorLexicon& lexicon) {
  const MeteorCaption hypothesis = lexicon.add(line_of(candidate.hypothesis));
  MeteorStatistics best;
  double most = -1;
  for (const Sentence& reference : candidate.references) {
    const auto one = compare(hypothesis, lexicon.add(line_of(reference)), lexicon);
    const double score = one.score();
    if (score > most) best = one;
    most = std::max(most, score);
  }
  return best;
}

}  // namespace

std::optional<std::filesystem::path> find_meteor_data(const std::filesystem::path& named) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  if (!named.empty()) return named;
  if (const auto path = variable("LIMN_METEOR_DATA"); !path.empty()) return path;
  auto folder = variable("XDG_DATA_HOME");
  if (folder.empty() && !variable("HOME").empty()) folder = variable("HOME") / ".local" / "share";
  if (folder.empty()) return std::nullopt;
  const auto path = folder / "limn" / "meteor-en.bin";
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? std::optional(path) : std::nullopt;
}

struct Meteor::Parts {
  MeteorData data;
};

Meteor::Meteor(const std::filesystem::path& data)
    : parts_(std::make_unique<const Parts>(Parts{MeteorData(data)})) {}
Meteor::Meteor(Meteor&& other) noexcept = default;
Meteor& Meteor::operator=(Meteor&& other) noexcept = default;
Meteor::~Meteor() = default;

MeteorStatistics Meteor::statistics(const Candidate& candidate) const {
  require(!candidate.references.empty(), "meteor: a reference is needed; got none");
  MeteorLexicon lexicon(parts_->data);
  return best(candidate, lexicon);
}

std::vector<MeteorStatistics> Meteor::statistics(const std::vector<Candidate>& candidates) const {
  check(candidates, "meteor");
  std::vector<MeteorStatistics> images(candidates.size());
  std::vector<std::exception_ptr> thrown(candidates.size());
#pragma omp parallel
  {
    std::optional<MeteorLexicon> lexicon;  // made where what it throws is caught
#pragma omp for schedule(dynamic, 16)
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      try {
        if (!lexicon) lexicon.emplace(parts_->data);
        images[i] = best(candidates[i], *lexicon);
      } catch (...) {
        thrown[i] = std::current_exception();
      }
    }
  }
  for (const std::exception_ptr& error : thrown)
    if (error) std::rethrow_exception(error);
  return images;
}

Score Meteor::score(const std::vector<Candidate>& candidates) const {
  return meteor_score(statistics(candidates));
}

}  // namespace limn::metrics
