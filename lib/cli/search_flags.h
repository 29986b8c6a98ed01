// Flags that several subcommands have: how captions are searched.
#pragma once

#include <string>
#include <vector>

#include "cli/program.h"
#include "limn/decode/search.h"
#include "limn/models/photo_captioner.h"

namespace limn::cli {

/// How captions are searched, with words as people write them.
struct SearchFlags {
  decode::SearchOptions options;
  std::string length_form = "power";
  std::string prefix;
  std::vector<std::string> required;
  std::vector<std::string> forbidden;
  bool no_bad_endings = false;
};

/// --beam, --min-length, --max-length, --length-penalty, and how words and groups are kept apart.
void add_search_flags(Command& command, SearchFlags& flags);
/// Throws UsageError when the options contradict each other, or one means nothing without another.
void check_search(const Command& command, const SearchFlags& flags);
/// The options with the words of a model. Throws UsageError for a word that it does not know, and
/// for one that is both asked for and forbidden.
decode::SearchOptions search_of(const SearchFlags& flags, const models::PhotoCaptioner& model);

}  // namespace limn::cli
