#include "data/shapes_plan.h"

#include <algorithm>
#include <span>

namespace limn::data {
namespace {

constexpr std::int64_t kOneIn = 7;  // is held out

std::int64_t share_of(std::int64_t count) { return std::max<std::int64_t>(count / kOneIn, 1); }

template <class T>
const T& cyclic(const std::vector<T>& items, std::int64_t index) {
  return items[static_cast<std::size_t>(index % std::ssize(items))];
}

}  // namespace

ShapesPlan::ShapesPlan(std::int64_t kinds, Generator generator)
    : kinds_(kinds), held_out_(static_cast<std::size_t>(kinds * kinds)) {
  divide_pairs(generator);
  divide_alone(generator);
}

// No kind loses more than a third of its partners, so that training shows each of them often.
void ShapesPlan::divide_pairs(Generator& generator) {
  std::vector<Pair> all;
  for (ShapesKind a = 0; a < kinds_; ++a) {
    for (ShapesKind b = a + 1; b < kinds_; ++b) all.push_back({a, b});
  }
  generator.shuffle(std::span(all));
  const std::int64_t share = share_of(std::ssize(all));
  std::vector<std::int64_t> lost(static_cast<std::size_t>(kinds_));
  for (const Pair& pair : all) {
    auto& lost_a = lost[static_cast<std::size_t>(pair.a)];
    auto& lost_b = lost[static_cast<std::size_t>(pair.b)];
    const bool test =
        std::ssize(pairs_[1]) < share && 3 * std::max(lost_a, lost_b) + 3 <= kinds_ - 1;
    pairs_[test].push_back(pair);
    if (!test) continue;
    ++lost_a;
    ++lost_b;
    held_out_[static_cast<std::size_t>(pair.a * kinds_ + pair.b)] = true;
    held_out_[static_cast<std::size_t>(pair.b * kinds_ + pair.a)] = true;
  }
}

void ShapesPlan::divide_alone(Generator& generator) {
  std::vector<Alone> all;
  for (ShapesKind kind = 0; kind < kinds_; ++kind) {
    all.push_back({kind, false});
    all.push_back({kind, true});
  }
  generator.shuffle(std::span(all));
  const auto first = all.begin() + share_of(std::ssize(all));
  alone_[1].assign(all.begin(), first);
  alone_[0].assign(first, all.end());
}

// A third kind that in training makes no pair held out. There need not be one.
ShapesCombination ShapesPlan::with_third(bool test, const Pair& pair, Generator& generator) const {
  const std::int64_t start = generator.below(kinds_);
  for (std::int64_t i = 0; i < kinds_; ++i) {
    const ShapesKind third = (start + i) % kinds_;
    if (third == pair.a || third == pair.b) continue;
    if (test || (!held_out(third, pair.a) && !held_out(third, pair.b)))
      return {.kinds = {pair.a, pair.b, third}};
  }
  return {.kinds = {pair.a, pair.b}};
}

ShapesCombination ShapesPlan::combination(bool test, std::int64_t index,
                                          Generator& generator) const {
  const std::int64_t draw = generator.below(10);
  if (draw == 0) {
    const Alone& alone = cyclic(alone_[test], generator.below(std::ssize(alone_[test])));
    return {.kinds = {alone.kind}, .size_matters = true, .large = alone.large};
  }
  const Pair& pair = cyclic(pairs_[test], index);
  return draw == 1 ? with_third(test, pair, generator)
                   : ShapesCombination{.kinds = {pair.a, pair.b}};
}

}  // namespace limn::data
