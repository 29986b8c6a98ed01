#include "ops/weight_gradients.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "autograd/accumulate.h"
#include "autograd/after_backward.h"
#include "kernels/gemm.h"
#include "limn/core/dispatch.h"
#include "limn/ops/reshape.h"

namespace limn::ops {
namespace {

// More rows make a product that is fast by itself.
constexpr std::int64_t kFewRows = 256;

/// The products of one part of one weight.
struct Products {
  Variable weight;
  std::int64_t first;
  std::int64_t inputs;            ///< F
  std::vector<Variable> x = {};   ///< matrices
  std::vector<Variable> dy = {};  ///< matrices
};

void add_product(const Variable& weight, std::int64_t first, const Tensor& x, const Tensor& dy) {
  const std::int64_t outputs = weight.shape()[0], columns = weight.shape()[1];
  const std::int64_t inputs = x.shape()[-1];
  if (inputs < columns) weight.grad();  // of the other columns 0
  for_floating(weight.dtype(), "linear", [&]<class T>() {
    accumulate<T>(weight, [&](T* gradient, bool add) {
      kernels::gemm<T>(outputs, inputs, dy.shape().rows(), dy.data<T>(), outputs, x.data<T>(),
                       inputs, gradient + first, columns,
                       {.a = kernels::Transpose::yes, .add = add});
    });
  });
}

// As a matrix.
Variable rows_of(const Tensor& part) {
  return Variable(part.reshaped(Shape{part.shape().rows(), part.shape()[-1]}));
}

class WaitingProducts {
 public:
  void add(const Variable& weight, std::int64_t first, const Tensor& x, const Tensor& dy) {
    const std::int64_t inputs = x.shape()[-1];
    auto found = std::find_if(all_.rbegin(), all_.rend(), [&](const Products& products) {
      return products.weight == weight && products.first == first && products.inputs == inputs;
    });
    if (found == all_.rend()) {
      all_.push_back({weight, first, inputs});
      found = all_.rbegin();
    }
    found->x.push_back(rows_of(x));
    found->dy.push_back(rows_of(dy));
  }

  void run() const {
    const auto stacked = [](const std::vector<Variable>& parts) {
      return parts.size() == 1 ? parts.front().value() : concatenate(parts, 0).value();
    };
    for (const Products& p : all_) add_product(p.weight, p.first, stacked(p.x), stacked(p.dy));
  }

 private:
  std::vector<Products> all_;
};

thread_local std::weak_ptr<WaitingProducts> waiting;

}  // namespace

void add_weight_gradient(const Variable& weight, std::int64_t first, const Tensor& x,
                         const Tensor& dy) {
  if (!weight.is_leaf() || dy.shape().rows() > kFewRows) return add_product(weight, first, x, dy);
  if (const auto products = waiting.lock()) return products->add(weight, first, x, dy);
  const auto products = std::make_shared<WaitingProducts>();
  products->add(weight, first, x, dy);
  waiting = products;
  after_backward([products] { products->run(); });
}

}  // namespace limn::ops
