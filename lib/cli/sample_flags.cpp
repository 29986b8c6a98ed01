#include "cli/sample_flags.h"

#include <fmt/format.h>

#include "cli/failure.h"

namespace limn::cli {

void add_sample_flags(Command& command, SampleFlags& flags) {
  command.group("Sampling");
  command.add(
      flags.sample,
      {.name = "--sample",
       .help = "draw captions from P(S | I) instead of searching; what follows implies it"});
  command.add(flags.options.samples, {.name = "--samples",
                                      .value = "N",
                                      .help = "captions drawn for each photo",
                                      .least = 1,
                                      .most = 10000});
  command.add(flags.distinct,
              {.name = "--distinct", .help = "no two captions of a photo are the same"});
  command.add(flags.options.temperature, {.name = "--temperature",
                                          .value = "T",
                                          .help = "words are drawn from softmax(log P / T)",
                                          .least = 1e-3,
                                          .most = 1e3});
  command.add(flags.options.top_k, {.name = "--top-k",
                                    .value = "K",
                                    .help = "only the K most probable words; 0: all",
                                    .least = 0});
  command.add(flags.options.nucleus,
              {.name = "--nucleus",
               .value = "P",
               .help = "only the fewest words that have probability P together",
               .least = 1e-6,
               .most = 1});
  command.add(flags.seed, {.name = "--seed",
                           .value = "N",
                           .help = "the same seed draws the same captions",
                           .least = 0});
}

void imply_sampling(const Command& command, SampleFlags& flags) {
  for (const char* flag :
       {"--samples", "--distinct", "--temperature", "--top-k", "--nucleus", "--seed"})
    flags.sample = flags.sample || command.given(flag);
  if (!flags.sample) return;
  if (command.given("--n-best"))
    throw UsageError("--n-best ranks what a search found; with sampling, --samples draws several");
  for (const char* flag :
       {"--beam", "--groups", "--diversity", "--length-penalty", "--length-form"}) {
    if (command.given(flag))
      throw UsageError(fmt::format("{} is of beam search, not of sampling", flag));
  }
  if (flags.distinct && (command.given("--top-k") || command.given("--nucleus")))
    throw UsageError("--distinct draws from all words; leave out --top-k and --nucleus");
}

}  // namespace limn::cli
