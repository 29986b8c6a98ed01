#include "kernels/additive_scores.h"

#include "kernels/blocks.h"
#include "kernels/column_sums.h"
#include "kernels/row_reduce.h"
#include "kernels/scratch.h"
#include "kernels/vector_tanh.h"

namespace limn::kernels {
namespace {

// Columns of a share of the backward pass: a region's are read and written in one piece, those of
// all regions stay in the first or second level of cache.
constexpr std::int64_t kColumns = 128;

template <class T>
struct Tanh {
  static Vector<T> value(const Vector<T>& x) { return tanh<T>(x); }
  static Vector<T> slope(const Vector<T>& y) { return T(1) - y * y; }
};
template <class T>
struct Relu {
  static Vector<T> value(const Vector<T>& x) { return x > T(0) ? x : broadcast<T>(0); }
  static Vector<T> slope(const Vector<T>& y) {
    return y > T(0) ? broadcast<T>(1) : broadcast<T>(0);
  }
};

// Calls body.operator()<Function>() with the struct above that `activation` means.
template <class T, class Body>
void with_function(Activation activation, Body&& body) {
  if (activation == Activation::relu) {
    body.template operator()<Relu<T>>();
  } else {
    body.template operator()<Tanh<T>>();
  }
}

// dscore is of the one score of these columns of a key and a query.
template <class T, class Function>
void backward_columns(std::int64_t n, const T* key, const T* query, const T* weight, T dscore,
                      const AdditiveGradients<T>& gradients) {
  const auto add = [&](T* to, const Vector<T>& v, std::int64_t left) {
    store_up_to<T>(to, load_up_to<T>(to, left, T(0)) + v, left);
  };
  for (std::int64_t j = 0; j < n; j += kLanes<T>) {
    const std::int64_t left = n - j;
    const Vector<T> y =
        Function::value(load_up_to<T>(key + j, left, T(0)) + load_up_to<T>(query + j, left, T(0)));
    const Vector<T> dsum = dscore * load_up_to<T>(weight + j, left, T(0)) * Function::slope(y);
    add(gradients.dkeys + j, dsum, left);
    add(gradients.dquery + j, dsum, left);
    add(gradients.dweight + j, dscore * y, left);
  }
}

// All rows of an image, in one block of columns from `at`.
template <class T, class Function>
void backward_image(const AdditiveScores<T>& in, const RowGroups& groups, std::int64_t image,
                    std::int64_t at, const T* dscores, const AdditiveGradients<T>& gradients) {
  const std::int64_t n = std::min(kColumns, in.width - at);
  for (const std::int64_t row : groups.of(image)) {
    for (std::int64_t i = 0; i < in.regions; ++i) {
      const std::int64_t key = (image * in.regions + i) * in.width + at;
      const std::int64_t query = row * in.width + at;
      const std::int64_t weight = row * in.weight_stride + at;
      backward_columns<T, Function>(
          n, in.keys + key, in.query + query, in.weight + weight, dscores[row * in.regions + i],
          {gradients.dkeys + key, gradients.dquery + query, gradients.dweight + weight});
    }
  }
}

}  // namespace

template <class T>
void additive_scores(const AdditiveScores<T>& in, const std::int64_t* images, T* scores) {
  with_function<T>(in.activation, [&]<class Function>() {
    const std::int64_t n = in.width;
    const std::int64_t count = in.rows * in.regions;
#pragma omp parallel for schedule(static) if (count * n >= 16384)
    for (std::int64_t at = 0; at < count; ++at) {
      const std::int64_t row = at / in.regions;
      const T* key = in.keys + (images[row] * in.regions + at % in.regions) * n;
      const T* query = in.query + row * n;
      const T* weight = in.weight + row * in.weight_stride;
      scores[at] = static_cast<T>(
          row_sum<T>(n, key, T(0), [&](std::int64_t j, const Vector<T>& k) -> Vector<T> {
            return load_up_to<T>(weight + j, n - j, T(0)) *
                   Function::value(k + load_up_to<T>(query + j, n - j, T(0)));
          }));
    }
  });
}

template <class T>
void additive_scores_backward(const AdditiveScores<T>& in, const RowGroups& groups,
                              const T* dscores, const AdditiveGradients<T>& gradients) {
  // The gradient of a weight that images share is summed for each image by itself first.
  const bool shared = in.weight_stride == 0;
  const std::int64_t images = groups.images();
  Scratch<T> dweights(shared ? images * in.width : 0);
  if (shared) std::fill_n(dweights.data(), images * in.width, T(0));
  const std::int64_t blocks = ceil_divide(in.width, kColumns);
  with_function<T>(in.activation, [&]<class Function>() {
#pragma omp parallel for schedule(static) if (in.rows * in.regions * in.width >= 16384)
    for (std::int64_t share = 0; share < images * blocks; ++share) {
      const std::int64_t image = share / blocks;
      T* dweight = shared ? dweights.data() + image * in.width : gradients.dweight;
      backward_image<T, Function>(in, groups, image, share % blocks * kColumns, dscores,
                                  {gradients.dkeys, gradients.dquery, dweight});
    }
  });
  if (shared) add_column_sums<T>(images, in.width, dweights.data(), gradients.dweight);
}

#define LIMN_INSTANTIATE(T)                                                                    \
  template void additive_scores(const AdditiveScores<T>&, const std::int64_t*, T*);            \
  template void additive_scores_backward(const AdditiveScores<T>&, const RowGroups&, const T*, \
                                         const AdditiveGradients<T>&);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
