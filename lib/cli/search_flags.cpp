#include "cli/search_flags.h"

#include <fmt/format.h>

#include "cli/failure.h"

namespace limn::cli {

void add_search_flags(Command& command, decode::SearchOptions& search) {
  command.group("Search");
  command.add(search.beam, {.name = "--beam",
                            .value = "K",
                            .help = "captions that are followed at a time; 1: the greedy one",
                            .least = 1,
                            .most = 1000});
  command.add(search.min_length,
              {.name = "--min-length", .value = "N", .help = "words at least", .least = 0});
  command.add(
      search.max_length,
      {.name = "--max-length", .value = "N", .help = "words at most", .least = 1, .most = 10000});
  command.add(search.length_penalty,
              {.name = "--length-penalty",
               .value = "L",
               .help = "rank by log P / length^L; above 0 favours long captions",
               .least = -10,
               .most = 10});
}

void check_search(const decode::SearchOptions& search) {
  if (search.min_length > search.max_length) {
    throw UsageError(fmt::format("--min-length {} is above --max-length {}", search.min_length,
                                 search.max_length));
  }
  if (search.n_best > search.beam) {
    throw UsageError(fmt::format("--n-best {} needs a --beam of at least as much; it is {}",
                                 search.n_best, search.beam));
  }
}

}  // namespace limn::cli
