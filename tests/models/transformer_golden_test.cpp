#include "limn/models/transformer.h"
#include "support/golden_captioner.h"

using namespace limn;

namespace {

/// The transformer of ImageCaptioning.pytorch 4c48a330 at a small size.
struct SmallTransformer {
  test::GoldenCaptioner golden{"transformer"};
  Generator generator;
  models::Transformer model{
      {.width = 16, .heads = 4, .feed_forward = 32, .encoder_layers = 2, .decoder_layers = 2},
      {.vocabulary = 23, .begin = 0, .end = 0, .features = 20},
      generator};

  SmallTransformer() { golden.load_into(model); }
};

}  // namespace

TEST_CASE("transformer: log-probabilities are those of the reference") {
  const SmallTransformer reference;
  test::require_golden_log_probabilities(reference.golden, reference.model);
}

TEST_CASE("transformer: losses and gradients are those of the reference") {
  const SmallTransformer reference;
  test::require_golden_losses(reference.golden, reference.model);
}

TEST_CASE("transformer: greedy and beam captions are those of the reference") {
  const SmallTransformer reference;
  test::require_golden_search(reference.golden, reference.model);
}
