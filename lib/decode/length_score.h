// What a search ranks by: log P over a function of the length.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "limn/decode/search.h"

namespace limn::decode {

struct LengthScore {
  LengthForm form = LengthForm::power;
  double penalty = 0;  ///< λ

  double operator()(double log_probability, std::int64_t length) const {
    if (penalty == 0) return log_probability;
    const auto counted = static_cast<double>(std::max<std::int64_t>(length, 1));
    return log_probability /
           std::pow(form == LengthForm::wu ? (5 + counted) / 6 : counted, penalty);
  }

  /// The best score with at most `log_probability` and a length in [least, most]: the score is
  /// monotonic in the length.
  double best(double log_probability, std::int64_t least, std::int64_t most) const {
    return std::max((*this)(log_probability, least), (*this)(log_probability, most));
  }
};

}  // namespace limn::decode
