// Looking up rows of a table.
#pragma once

#include <cstdint>
#include <span>

#include "limn/autograd/variable.h"

namespace limn::ops {

/// Row n of the result is row ids[n] of table [V, E]. Result [N, E]. The gradients of equal ids add
/// up; row `padding` gets none (-1: there is none such; the row is read like any other). Throws
/// InvalidArgument naming the first id outside [0, V).
Variable embedding(const Variable& table, std::span<const std::int32_t> ids,
                   std::int32_t padding = -1);

}  // namespace limn::ops
