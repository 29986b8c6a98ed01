// Sums, differences, products and quotients with broadcasting.
#pragma once

#include <cstdint>

#include "kernels/broadcast.h"

namespace limn::kernels {

enum class Arithmetic { add, subtract, multiply, divide };

/// y = a op b
template <class T>
void arithmetic(Arithmetic op, const Broadcast& loop, const T* a, const T* b, T* y);

/// da += dy · ∂(a op b)/∂a, summed over where a is repeated, in an order that does not depend on
/// the number of threads.
template <class T>
void arithmetic_backward_a(Arithmetic op, const Broadcast& loop, const T* a, const T* b,
                           const T* dy, T* da);
template <class T>
void arithmetic_backward_b(Arithmetic op, const Broadcast& loop, const T* a, const T* b,
                           const T* dy, T* db);

}  // namespace limn::kernels
