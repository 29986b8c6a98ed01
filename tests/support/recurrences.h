// The three recurrences behind one call, and their naive reference: one sequence after the other,
// one gate after the other, in double.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "limn/core/generator.h"
#include "limn/ops/recurrent.h"

namespace limn::test {

enum class Recurrence { rnn, gru, lstm };
inline constexpr Recurrence kRecurrences[] = {Recurrence::rnn, Recurrence::gru, Recurrence::lstm};

inline std::string name_of(Recurrence kind) {
  return kind == Recurrence::rnn ? "rnn" : kind == Recurrence::gru ? "gru" : "lstm";
}

struct RecurrentInputs {
  Variable x;
  Packing packing;
  ops::RecurrentWeights weights;
  Variable h0;
  Variable c0;
  ops::LstmOptions options{};
};

/// Output and h, and c of the LSTM.
inline std::vector<Variable> run(Recurrence kind, const RecurrentInputs& in) {
  if (kind == Recurrence::lstm) {
    const auto result = ops::lstm(in.x, in.packing, in.weights, in.h0, in.c0, in.options);
    return {result.output, result.h, result.c};
  }
  const auto function = kind == Recurrence::gru ? ops::gru : ops::rnn;
  const auto result = function(in.x, in.packing, in.weights, in.h0);
  return {result.output, result.h};
}

struct RecurrentSizes {
  std::vector<std::int64_t> lengths;
  std::int64_t inputs;
  std::int64_t hidden;
  bool bias = true;
  bool state = true;
};

/// x, w_ih, w_hh, then if asked for b_ih, b_hh and the states: random, all but x
/// U(−1/√k, 1/√k) for k columns.
inline std::vector<Tensor> random_inputs(Recurrence kind, const RecurrentSizes& s,
                                         DType dtype = DType::float64) {
  const std::int64_t gates = kind == Recurrence::rnn ? 1 : kind == Recurrence::gru ? 3 : 4;
  const std::int64_t rows = gates * s.hidden;
  std::vector<Shape> shapes = {Shape{Packing::of(s.lengths).total(), s.inputs},
                               Shape{rows, s.inputs}, Shape{rows, s.hidden}};
  if (s.bias) shapes.insert(shapes.end(), 2, Shape{rows});
  const Shape state{static_cast<std::int64_t>(s.lengths.size()), s.hidden};
  if (s.state) shapes.insert(shapes.end(), kind == Recurrence::lstm ? 2 : 1, state);
  Generator generator(7);
  std::vector<Tensor> tensors;
  for (const Shape& shape : shapes) {
    tensors.emplace_back(shape, dtype);
    const double bound = tensors.size() == 1 ? 1 : 1 / std::sqrt(static_cast<double>(shape[-1]));
    generator.fill_uniform(tensors.back(), -bound, bound);
  }
  return tensors;
}

/// Puts what `random_inputs` made where it belongs.
inline RecurrentInputs inputs_of(const RecurrentSizes& s, const std::vector<Variable>& v) {
  RecurrentInputs in{v[0], Packing::of(s.lengths), {v[1], v[2], {}, {}}, {}, {}};
  std::size_t next = 3;
  if (s.bias) {
    in.weights.b_ih = v[next++];
    in.weights.b_hh = v[next++];
  }
  if (s.state) in.h0 = v[next++];
  if (next < v.size()) in.c0 = v[next];
  return in;
}

namespace naive {

struct State {
  std::vector<double> h;
  std::vector<double> c;
};

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Element `row` of W x + b.
inline double affine(const Variable& w, const Variable& b, std::int64_t row, const double* x) {
  double sum = b.defined() ? b.value().data<double>()[row] : 0;
  const std::int64_t n = w.shape()[1];
  for (std::int64_t i = 0; i < n; ++i) sum += w.value().data<double>()[row * n + i] * x[i];
  return sum;
}

inline State step(Recurrence kind, const RecurrentInputs& in, const double* x, const State& s) {
  const auto d = static_cast<std::int64_t>(s.h.size());
  State after = s;
  for (std::int64_t j = 0; j < d; ++j) {
    const auto of_x = [&](int gate) {
      return affine(in.weights.w_ih, in.weights.b_ih, gate * d + j, x);
    };
    const auto of_h = [&](int gate) {
      return affine(in.weights.w_hh, in.weights.b_hh, gate * d + j, s.h.data());
    };
    const auto at = static_cast<std::size_t>(j);
    if (kind == Recurrence::rnn) {
      after.h[at] = std::tanh(of_x(0) + of_h(0));
    } else if (kind == Recurrence::gru) {
      const double r = sigmoid(of_x(0) + of_h(0));
      const double z = sigmoid(of_x(1) + of_h(1));
      const double n = std::tanh(of_x(2) + r * of_h(2));
      after.h[at] = (1 - z) * n + z * s.h[at];
    } else {
      const double i = sigmoid(of_x(0) + of_h(0));
      const double f = sigmoid(of_x(1) + of_h(1) + in.options.forget_bias);
      const double g = std::tanh(of_x(2) + of_h(2));
      const double o = sigmoid(of_x(3) + of_h(3));
      after.c[at] = f * s.c[at] + i * g;
      after.h[at] = o * std::tanh(after.c[at]);
    }
  }
  return after;
}

inline std::vector<double> row_or_zeros(const Variable& v, std::int64_t row, std::int64_t d) {
  if (!v.defined()) return std::vector<double>(static_cast<std::size_t>(d));
  const double* begin = v.value().data<double>() + row * d;
  return {begin, begin + d};
}

/// What `run` computes, of float64 inputs.
inline std::vector<Tensor> run(Recurrence kind, const RecurrentInputs& in) {
  const std::int64_t d = in.weights.w_hh.shape()[1];
  const std::int64_t e = in.x.shape()[1];
  const Packing& packing = in.packing;
  Tensor output(Shape{packing.total(), d}, DType::float64);
  Tensor h(Shape{packing.sequences(), d}, DType::float64);
  Tensor c(h.shape(), DType::float64);
  for (std::int64_t b = 0; b < packing.sequences(); ++b) {
    State s{row_or_zeros(in.h0, b, d), row_or_zeros(in.c0, b, d)};
    for (std::int64_t t = 0; t < packing.length(b); ++t) {
      const std::int64_t row = packing.offset(t) + b;
      s = step(kind, in, in.x.value().data<double>() + row * e, s);
      std::copy(s.h.begin(), s.h.end(), output.data<double>() + row * d);
    }
    std::copy(s.h.begin(), s.h.end(), h.data<double>() + b * d);
    std::copy(s.c.begin(), s.c.end(), c.data<double>() + b * d);
  }
  if (kind == Recurrence::lstm) return {output, h, c};
  return {output, h};
}

}  // namespace naive
}  // namespace limn::test
