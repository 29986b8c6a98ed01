#include "limn/nn/feed_forward.h"

#include "core/check.h"
#include "limn/nn/dropout.h"

namespace limn::nn {
namespace {

Variable activate(const Variable& x, FeedForwardActivation activation) {
  switch (activation) {
    case FeedForwardActivation::gelu_erf: return ops::gelu(x, ops::Gelu::erf);
    case FeedForwardActivation::gelu_tanh: return ops::gelu(x, ops::Gelu::tanh);
    case FeedForwardActivation::relu: break;
  }
  return ops::relu(x);
}

}  // namespace

FeedForward::FeedForward(const FeedForwardConfig& config, Generator& generator)
    : config_(config),
      first_({config.width, config.inner}, generator),
      second_({config.inner, config.width}, generator) {
  require(config.dropout >= 0 && config.dropout < 1,
          "FeedForward: dropout must be in [0, 1); got {}", config.dropout);
  child(config.names[0], first_);
  child(config.names[1], second_);
}

Variable FeedForward::forward(const Variable& x, const Pass& pass) const {
  const Variable inner = activate(first_.forward(x), config_.activation);
  return second_.forward(dropout(inner, config_.dropout, pass));
}

}  // namespace limn::nn
