#include "limn/ops/embedding.h"

#include <algorithm>

#include "core/check.h"
#include "kernels/gather_rows.h"
#include "kernels/rows.h"
#include "limn/core/dispatch.h"

namespace limn::ops {
namespace {

std::vector<std::int64_t> rows_of(const Variable& table, std::span<const std::int32_t> ids) {
  require(table.shape().rank() == 2, "embedding: table must be [V, E]; got {}", table.shape());
  const std::int64_t words = table.shape()[0];
  std::vector<std::int64_t> rows(ids.begin(), ids.end());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    require(rows[n] >= 0 && rows[n] < words, "embedding: ids must be in [0, {}); got {} at {}",
            words, rows[n], n);
  }
  return rows;
}

}  // namespace

Variable embedding(const Variable& table, std::span<const std::int32_t> ids, std::int32_t padding) {
  std::vector<std::int64_t> rows = rows_of(table, ids);
  const std::int64_t width = table.shape()[1];
  Tensor y(Shape{static_cast<std::int64_t>(rows.size()), width}, table.dtype());
  kernels::gather_rows(rows, static_cast<std::size_t>(width) * size_of(table.dtype()),
                       table.value().raw(), y.raw());
  if (padding >= 0) std::replace(rows.begin(), rows.end(), std::int64_t{padding}, std::int64_t{-1});
  return Variable::make(y, {table}, [table, width, rows = std::move(rows)](const Tensor& dy) {
    for_floating(dy.dtype(), "embedding", [&]<class T>() {
      kernels::gather_rows_backward<T>(rows, width, dy.data<T>(), table.grad().data<T>());
    });
  });
}

}  // namespace limn::ops
