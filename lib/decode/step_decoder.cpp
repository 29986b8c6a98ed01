#include "limn/decode/step_decoder.h"

#include "core/check.h"
#include "kernels/gather_rows.h"

namespace limn::decode {

Tensor StepDecoder::attention(const State&) const { return {}; }

State StepDecoder::reorder(const State& state, std::span<const std::int64_t> rows) const {
  State result{.rows = {}, .shared = state.shared};
  result.rows.reserve(state.rows.size());
  for (const Tensor& tensor : state.rows) {
    require(tensor.defined() && tensor.shape().rank() > 0,
            "reorder: every tensor of a state needs the row as its leading axis; tensor {} has "
            "shape {}",
            result.rows.size(), tensor.shape());
    const std::int64_t available = tensor.shape()[0];
    for (const std::int64_t row : rows) {
      require(0 <= row && row < available, "reorder: row {} of tensor {} with {} rows", row,
              result.rows.size(), available);
    }
    Tensor picked(tensor.shape().with(0, static_cast<std::int64_t>(rows.size())), tensor.dtype());
    if (available > 0) {
      kernels::gather_rows(rows, tensor.bytes() / static_cast<std::size_t>(available), tensor.raw(),
                           picked.raw());
    }
    result.rows.push_back(std::move(picked));
  }
  return result;
}

}  // namespace limn::decode
