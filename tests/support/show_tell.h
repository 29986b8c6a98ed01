// The show_tell of ImageCaptioning.pytorch 4c48a330 at a small size.
#pragma once

#include <cmath>
#include <string>

#include "limn/models/nic.h"
#include "support/golden_captioner.h"

namespace limn::test {

struct ShowTell {
  GoldenCaptioner golden{"show_tell",
                         {{"image", "img_embed"}, {"recurrent", "core"}, {"out", "logit"}}};
  Generator generator;
  models::Nic nic{{.embedding = 16,
                   .hidden = 16,
                   .forget_bias = 0,
                   .recurrent_bias = false,
                   .image_bias = true},
                  {.vocabulary = 23, .begin = 0, .end = 0, .features = 20},
                  generator};

  ShowTell() { golden.load_into(nic); }

  /// The value and the norms of its gradients are those of the loss `name` of the file.
  void require_loss(const std::string& name, const Variable& loss) const {
    INFO(name);
    REQUIRE(loss.value().item() == Approx(golden.file.tensor("loss/" + name).item()).margin(1e-5));
    nic.clear_grad();
    backward(loss);
    for (const auto& [parameter, variable] : nic.parameters()) {
      INFO(parameter);
      double squares = 0;
      for (const float g : variable.grad().span<float>())
        squares += static_cast<double>(g) * static_cast<double>(g);
      REQUIRE(std::sqrt(squares) == Approx(golden.gradient_norm(name, parameter)).epsilon(1e-4));
    }
  }
};

}  // namespace limn::test
