// How surprised a model is by captions.
#pragma once

#include <cstdint>

namespace limn::metrics {

/// exp(−total_log_probability / words): per word, the number of equally likely words among which
/// one would have to guess. `total_log_probability` is Σ log P(S | I) in nats over a set of
/// captions, `words` is the number of their words with the end of each included; a corpus has one
/// perplexity, which is not the mean of its captions'. +∞ for −∞. Throws InvalidArgument unless
/// words >= 1, and for NaN.
double perplexity(double total_log_probability, std::int64_t words);

}  // namespace limn::metrics
