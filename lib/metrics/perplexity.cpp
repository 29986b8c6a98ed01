#include "limn/metrics/perplexity.h"

#include <cmath>

#include "core/check.h"

namespace limn::metrics {

double perplexity(double total_log_probability, std::int64_t words) {
  require(words >= 1, "perplexity: words must be at least 1; got {}", words);
  require(!std::isnan(total_log_probability),
          "perplexity: the total log-probability must be a number; got {} for {} words",
          total_log_probability, words);
  return std::exp(-total_log_probability / static_cast<double>(words));
}

}  // namespace limn::metrics
