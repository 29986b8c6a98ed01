#include "limn/ops/pool2d.h"

#include <algorithm>
#include <limits>

#include "core/check.h"
#include "kernels/pool2d.h"
#include "limn/core/dispatch.h"
#include "ops/window.h"

namespace limn::ops {
namespace {

using kernels::PoolWindow;

/// The windows along the two axes of a picture.
struct Windows {
  std::vector<PoolWindow> rows;
  std::vector<PoolWindow> columns;
};

void check_picture(const Variable& x, const char* op) {
  require(x.shape().rank() == 4 && x.shape()[1] > 0 && x.shape()[2] > 0,
          "{}: x must be [B, H, W, C] with at least one pixel; got {}", op, x.shape());
  require(x.shape()[1] * x.shape()[2] <= std::numeric_limits<std::int32_t>::max(),
          "{}: pictures of more than 2^31 pixels are not supported; x is {}", op, x.shape());
}

std::vector<PoolWindow> sliding(std::int64_t size, const Pool2dOptions& o, std::size_t axis,
                                const char* op) {
  const std::int64_t kernel = o.kernel[axis];
  const std::int64_t stride = o.stride[axis];
  const std::int64_t pad = o.padding[axis];
  const std::int64_t step = o.dilation[axis];
  require(std::min({kernel, stride, step}) >= 1 && pad >= 0 && 2 * pad <= kernel,
          "{}: kernel, stride and dilation must be at least 1, padding between 0 and half the "
          "kernel; got {}, {}, {}, {}",
          op, kernel, stride, step, pad);
  const std::int64_t extent = window_extent(kernel, step);
  std::int64_t count = window_count(size + 2 * pad, extent, stride, o.ceil_mode);
  require(count > 0, "{}: a window of {} does not fit into {} pixels padded by {}", op, extent,
          size, pad);
  if (o.ceil_mode && (count - 1) * stride >= size + pad) --count;
  std::vector<PoolWindow> windows;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t start = i * stride - pad;
    const std::int64_t end = std::min(start + extent, size);
    const std::int64_t begin = start >= 0 ? start : start + (-start + step - 1) / step * step;
    require(begin < end, "{}: window {} lies wholly in the padding of {} pixels padded by {}", op,
            i, size, pad);
    const std::int64_t counted = std::min(start + extent, size + pad) - start;
    windows.push_back({begin, end, step, o.count_include_pad ? counted : end - begin});
  }
  return windows;
}

std::vector<PoolWindow> adaptive(std::int64_t size, std::int64_t outputs, const char* op) {
  require(outputs >= 1, "{}: the output needs at least one pixel; got {}", op, outputs);
  std::vector<PoolWindow> windows;
  for (std::int64_t i = 0; i < outputs; ++i) {
    const std::int64_t begin = i * size / outputs;
    const std::int64_t end = ((i + 1) * size + outputs - 1) / outputs;
    windows.push_back({begin, end, 1, end - begin});
  }
  return windows;
}

kernels::Pool2dShape shape_of(const Shape& x, const Windows& windows) {
  return {x[0], x[1], x[2], x[3], windows.rows, windows.columns};
}

Shape result_shape(const Shape& x, const Windows& windows) {
  return {x[0], std::ssize(windows.rows), std::ssize(windows.columns), x[3]};
}

Variable max_pool(const Variable& x, Windows windows, const char* op) {
  Tensor y(result_shape(x.shape(), windows), x.dtype());
  Tensor index(y.shape(), DType::int32);
  for_floating(x.dtype(), op, [&]<class T>() {
    kernels::max_pool2d<T>(shape_of(x.shape(), windows), x.value().data<T>(), y.data<T>(),
                           index.data<std::int32_t>());
  });
  return Variable::make(y, {x}, [x, index, windows = std::move(windows), op](const Tensor& dy) {
    for_floating(x.dtype(), op, [&]<class T>() {
      kernels::max_pool2d_backward<T>(shape_of(x.shape(), windows), dy.data<T>(),
                                      index.data<std::int32_t>(), x.grad().data<T>());
    });
  });
}

Variable avg_pool(const Variable& x, const Shape& result, Windows windows, const char* op) {
  Tensor y(result, x.dtype());
  for_floating(x.dtype(), op, [&]<class T>() {
    kernels::avg_pool2d<T>(shape_of(x.shape(), windows), x.value().data<T>(), y.data<T>());
  });
  return Variable::make(y, {x}, [x, windows = std::move(windows), op](const Tensor& dy) {
    for_floating(x.dtype(), op, [&]<class T>() {
      kernels::avg_pool2d_backward<T>(shape_of(x.shape(), windows), dy.data<T>(),
                                      x.grad().data<T>());
    });
  });
}

}  // namespace

Variable max_pool2d(const Variable& x, const Pool2dOptions& options) {
  check_picture(x, "max_pool2d");
  return max_pool(x,
                  {sliding(x.shape()[1], options, 0, "max_pool2d"),
                   sliding(x.shape()[2], options, 1, "max_pool2d")},
                  "max_pool2d");
}

Variable avg_pool2d(const Variable& x, const Pool2dOptions& options) {
  check_picture(x, "avg_pool2d");
  require(options.dilation == std::array<std::int64_t, 2>{1, 1},
          "avg_pool2d: dilation is for max_pool2d; got [{}, {}]", options.dilation[0],
          options.dilation[1]);
  const Windows windows{sliding(x.shape()[1], options, 0, "avg_pool2d"),
                        sliding(x.shape()[2], options, 1, "avg_pool2d")};
  return avg_pool(x, result_shape(x.shape(), windows), windows, "avg_pool2d");
}

Variable adaptive_max_pool2d(const Variable& x, std::array<std::int64_t, 2> output) {
  check_picture(x, "adaptive_max_pool2d");
  return max_pool(x,
                  {adaptive(x.shape()[1], output[0], "adaptive_max_pool2d"),
                   adaptive(x.shape()[2], output[1], "adaptive_max_pool2d")},
                  "adaptive_max_pool2d");
}

Variable adaptive_avg_pool2d(const Variable& x, std::array<std::int64_t, 2> output) {
  check_picture(x, "adaptive_avg_pool2d");
  const Windows windows{adaptive(x.shape()[1], output[0], "adaptive_avg_pool2d"),
                        adaptive(x.shape()[2], output[1], "adaptive_avg_pool2d")};
  return avg_pool(x, result_shape(x.shape(), windows), windows, "adaptive_avg_pool2d");
}

Variable global_avg_pool2d(const Variable& x) {
  check_picture(x, "global_avg_pool2d");
  const Windows windows{adaptive(x.shape()[1], 1, "global_avg_pool2d"),
                        adaptive(x.shape()[2], 1, "global_avg_pool2d")};
  return avg_pool(x, Shape{x.shape()[0], x.shape()[3]}, windows, "global_avg_pool2d");
}

}  // namespace limn::ops
