// What a kernel that updates many parameters in one pass is held to. A Parameter has `changed`, the
// vectors that the update changes, and `pointers()` to what it takes.
#pragma once

#include <vector>

#include "limn/core/threads.h"
#include "support/difference.h"

namespace limn::test {

template <class Parameter>
auto pointers_to(std::vector<Parameter>& parameters) {
  std::vector<decltype(parameters.front().pointers())> all;
  for (Parameter& parameter : parameters) all.push_back(parameter.pointers());
  return all;
}

/// `update` does to all what `naive` does to one after the other.
template <class Parameter, class Update, class Naive>
void require_naive_update(std::vector<Parameter> parameters, double tolerance, const Update& update,
                          const Naive& naive) {
  auto expected = parameters;
  update(pointers_to(parameters));
  for (Parameter& parameter : expected) naive(parameter.pointers());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (std::size_t k = 0; k < parameters[i].changed.size(); ++k) {
      INFO("array " << k << " of parameter " << i);
      REQUIRE(largest_difference(parameters[i].changed[k], expected[i].changed[k]) <= tolerance);
    }
  }
}

template <class Parameter, class Update>
void require_same_bits_on_any_number_of_threads(std::vector<Parameter> parameters,
                                                const Update& update) {
  auto of_three = parameters;
  const int threads = thread_count();
  set_thread_count(1);
  update(pointers_to(parameters));
  set_thread_count(3);
  update(pointers_to(of_three));
  set_thread_count(threads);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    REQUIRE(parameters[i].changed == of_three[i].changed);
}

}  // namespace limn::test
