#include "cli/search_flags.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "cli/failure.h"
#include "decode/required_phrases.h"

namespace limn::cli {
namespace {

// The words of a text that the model does not know.
std::vector<std::string> unknown_words(const std::string& text,
                                       const models::PhotoCaptioner& model) {
  std::vector<std::string> words = model.tokenizer().split(text);
  const text::Vocabulary& vocabulary = model.vocabulary();
  std::erase_if(words, [&](auto& word) { return vocabulary.id(word) != vocabulary.unknown(); });
  return words;
}

// Throws unless they are words that the model knows, at least one.
std::vector<std::int32_t> known(std::vector<std::int32_t> ids, const std::string& text,
                                const std::string& flag, const models::PhotoCaptioner& model) {
  const auto& [end, begin, unknown] = model.vocabulary().special();
  if (text == end || text == begin || text == unknown)
    throw UsageError(
        fmt::format("{}: \"{}\" is a special word, which no caption holds", flag, text));
  if (ids.empty()) throw UsageError(fmt::format("{}: \"{}\" has no word", flag, text));
  if (std::find(ids.begin(), ids.end(), model.vocabulary().unknown()) != ids.end()) {
    throw UsageError(fmt::format("{}: the model does not know \"{}\"", flag,
                                 fmt::join(unknown_words(text, model), "\", \"")));
  }
  return ids;
}

// Throws for a word that is in a text that captions shall have and forbidden.
void refuse_forbidden(const std::vector<std::int32_t>& ids, const std::string& flag,
                      const std::vector<std::int32_t>& forbidden,
                      const models::PhotoCaptioner& model) {
  const auto found = std::find_first_of(ids.begin(), ids.end(), forbidden.begin(), forbidden.end());
  if (found == ids.end()) return;
  throw UsageError(fmt::format("{} asks for \"{}\", which --forbid keeps out", flag,
                               model.vocabulary().word(*found)));
}

// As the first word of a caption and as a later one, which pieces of words may tell apart.
void forbid(const std::string& word, const models::PhotoCaptioner& model,
            std::vector<std::int32_t>& forbidden) {
  const auto ids = known(model.ids_within(word), word, "--forbid", model);
  if (ids.size() > 1) {
    throw UsageError(
        fmt::format("--forbid: \"{}\" is {} words to the model, give one", word, ids.size()));
  }
  forbidden.push_back(ids.front());
  const auto first = model.vocabulary().encode(model.tokenizer().split(word));
  if (first.size() == 1 && !model.vocabulary().is_special(first.front()))
    forbidden.push_back(first.front());
}

// Words that all models can say.
std::int64_t length_of(const SearchFlags& flags, const models::PhotoEnsemble& models) {
  std::int64_t length = flags.options.max_length;
  for (std::size_t k = 0; k < models.size(); ++k) {
    const models::Captioner& captioner = models.model(k).captioner();
    if (length <= captioner.longest()) continue;
    if (flags.length_is_given) {
      throw UsageError(
          fmt::format("--max-length {}: {} can say captions of {} words at most; lower it", length,
                      captioner.architecture(), captioner.longest()));
    }
    length = captioner.longest();
  }
  return length;
}

std::vector<std::int32_t> prefix_of(const std::string& text, std::int64_t max_length,
                                    const models::PhotoCaptioner& model) {
  const auto ids =
      known(model.vocabulary().encode(model.tokenizer().split(text)), text, "--prefix", model);
  if (std::ssize(ids) > max_length) {
    throw UsageError(fmt::format("--prefix: \"{}\" is {} words to the model, --max-length {}", text,
                                 ids.size(), max_length));
  }
  return ids;
}

void add_length_flags(Command& command, SearchFlags& flags) {
  decode::SearchOptions& search = flags.options;
  command.add(search.min_length,
              {.name = "--min-length", .value = "N", .help = "words at least", .least = 0});
  command.add(
      search.max_length,
      {.name = "--max-length", .value = "N", .help = "words at most", .least = 1, .most = 10000});
  command.add(search.length_penalty,
              {.name = "--length-penalty",
               .value = "L",
               .help = "rank by log P / length^L; above 0 favours long captions, 1: the mean",
               .least = -10,
               .most = 10});
  command.add(flags.length_form, {.name = "--length-form",
                                  .help = "wu: rank by log P / ((5 + length) / 6)^L instead",
                                  .choices = {"power", "wu"}});
}

void add_rule_flags(Command& command, SearchFlags& flags) {
  decode::Rules& rules = flags.options.rules;
  command.group("Words");
  command.add(flags.prefix, {.name = "--prefix",
                             .value = "TEXT",
                             .help = "what captions begin with, such as \"a photo of\""});
  command.add(flags.required, {.name = "--require",
                               .value = "TEXT",
                               .help = "a word or phrase that is in every caption; may be repeated",
                               .one_each = true});
  command.add(flags.forbidden, {.name = "--forbid",
                                .value = "WORD",
                                .help = "a word that is in no caption; may be repeated",
                                .one_each = true});
  command.add(rules.no_repeat, {.name = "--no-repeat",
                                .value = "N",
                                .help = "no N words in a row occur twice in a caption; 0: they may",
                                .least = 0,
                                .most = 10000});
  command.add(rules.no_immediate_repeat,
              {.name = "--no-immediate-repeat", .help = "no word follows itself"});
  command.add(flags.no_bad_endings,
              {.name = "--no-bad-endings", .help = "no caption ends with \"a\", \"of\" and such"});
}

// Of flags that no caption can keep to, which they are.
void refuse_contradiction(const SearchFlags& flags, const decode::SearchOptions& search) {
  const auto found = decode::find_contradiction(search.rules, search.max_length);
  if (!found) return;
  const decode::Rules& rules = found->rules;
  std::vector<std::string> parts;
  if (!rules.prefix.empty()) parts.push_back(fmt::format("--prefix \"{}\"", flags.prefix));
  for (const auto& phrase : rules.required) {
    const auto& all = search.rules.required;
    const auto place = std::find(all.begin(), all.end(), phrase) - all.begin();
    parts.push_back(
        fmt::format("--require \"{}\"", flags.required[static_cast<std::size_t>(place)]));
  }
  if (rules.no_repeat > 0) parts.push_back(fmt::format("--no-repeat {}", rules.no_repeat));
  if (rules.no_immediate_repeat) parts.emplace_back("--no-immediate-repeat");
  if (!rules.bad_endings.empty()) parts.emplace_back("--no-bad-endings");
  if (found->of_length) {
    parts.push_back(fmt::format("--max-length {}; that takes at least {} of the model's words",
                                search.max_length, found->at_least));
  }
  throw UsageError(fmt::format("no caption can keep to {}", fmt::join(parts, " and ")));
}

}  // namespace

std::vector<std::string> search_flags() {
  return {"--beam",          "--groups", "--diversity",           "--min-length",
          "--max-length",    "--prefix", "--length-penalty",      "--length-form",
          "--require",       "--forbid", "--no-immediate-repeat", "--no-repeat",
          "--no-bad-endings"};
}

void add_search_flags(Command& command, SearchFlags& flags) {
  decode::SearchOptions& search = flags.options;
  command.group("Search");
  command.add(search.beam, {.name = "--beam",
                            .value = "K",
                            .help = "captions that are followed at a time; 1: the greedy one",
                            .least = 1,
                            .most = 1000});
  command.add(search.groups, {.name = "--groups",
                              .value = "G",
                              .help = "diverse beam search: groups of K / G captions that avoid "
                                      "each other's words; shows the best of each",
                              .least = 1,
                              .most = 1000});
  command.add(search.diversity,
              {.name = "--diversity",
               .value = "D",
               .help = "penalty on a word for each caption of an earlier group that has it there",
               .least = 0,
               .most = 1000});
  add_length_flags(command, flags);
  add_rule_flags(command, flags);
}

void check_search(const Command& command, SearchFlags& flags) {
  const decode::SearchOptions& search = flags.options;
  flags.length_is_given = command.given("--max-length");
  if (search.min_length > search.max_length) {
    throw UsageError(fmt::format("--min-length {} is above --max-length {}", search.min_length,
                                 search.max_length));
  }
  if (search.n_best > search.beam) {
    throw UsageError(fmt::format("--n-best {} needs a --beam of at least as much; it is {}",
                                 search.n_best, search.beam));
  }
  if (search.beam % search.groups != 0) {
    throw UsageError(fmt::format("--groups {} needs a --beam that it divides; it is {}",
                                 search.groups, search.beam));
  }
  for (const auto& [flag, other] :
       {std::pair("--diversity", "--groups"), std::pair("--length-form", "--length-penalty")}) {
    if (command.given(flag) && !command.given(other))
      throw UsageError(fmt::format("{} means nothing without {}", flag, other));
  }
}

decode::SearchOptions search_of(const SearchFlags& flags, const models::PhotoEnsemble& models) {
  const models::PhotoCaptioner& model = models.first();
  decode::SearchOptions search = flags.options;
  search.max_length = length_of(flags, models);
  if (flags.length_form == "wu") search.length_form = decode::LengthForm::wu;
  if (!flags.prefix.empty())
    search.rules.prefix = prefix_of(flags.prefix, search.max_length, model);
  for (const std::string& phrase : flags.required)
    search.rules.required.push_back(known(model.ids_within(phrase), phrase, "--require", model));
  if (search.rules.required.size() > decode::RequiredPhrases::kMost) {
    throw UsageError(fmt::format("--require: at most {} words and phrases; got {}",
                                 decode::RequiredPhrases::kMost, search.rules.required.size()));
  }
  for (const std::string& word : flags.forbidden) forbid(word, model, search.forbidden);
  refuse_forbidden(search.rules.prefix, "--prefix", search.forbidden, model);
  for (const auto& phrase : search.rules.required)
    refuse_forbidden(phrase, "--require", search.forbidden, model);
  if (flags.no_bad_endings) search.rules.bad_endings = model.bad_endings();
  refuse_contradiction(flags, search);
  return search;
}

}  // namespace limn::cli
