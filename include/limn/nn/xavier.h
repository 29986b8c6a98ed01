// Start values of Glorot and Bengio.
#pragma once

#include "limn/nn/module.h"

namespace limn::nn {

/// Fills a float32 or float64 tensor of two or more axes with U(−a, a), a = √(6 / (fan in + fan
/// out)) (Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
/// networks", 2010, equation 16); for shape [O, I, ...] the fans are I and O times the product of
/// the rest, as torch's xavier_uniform_ counts them.
void fill_xavier(Tensor& values, Generator& generator);
/// The same for every parameter of `module` with more than one axis.
void start_xavier(const Module& module, Generator& generator);

}  // namespace limn::nn
