// Flags that several subcommands have: how captions are searched.
#pragma once

#include <string>
#include <vector>

#include "cli/program.h"
#include "limn/decode/search.h"
#include "limn/models/photo_ensemble.h"

namespace limn::cli {

/// How captions are searched, with words as people write them.
struct SearchFlags {
  decode::SearchOptions options;
  std::string length_form = "power";
  std::string prefix;
  std::vector<std::string> required;
  std::vector<std::string> forbidden;
  bool no_bad_endings = false;
  bool length_is_given = false;  ///< --max-length; else it is cut at what the models can say
};

/// --beam, --min-length, --max-length, --length-penalty, and how words and groups are kept apart.
void add_search_flags(Command& command, SearchFlags& flags);
/// Their names.
std::vector<std::string> search_flags();
/// Throws UsageError when the options contradict each other, or one means nothing without another.
/// Notes what was given.
void check_search(const Command& command, SearchFlags& flags);
/// The options with the words of the models. Throws UsageError for a word that they do not know,
/// for one that is both asked for and forbidden, for a prefix that does not fit, for rules that no
/// caption can keep to and for captions longer than one of them can say.
decode::SearchOptions search_of(const SearchFlags& flags, const models::PhotoEnsemble& models);

}  // namespace limn::cli
