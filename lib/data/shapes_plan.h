// Which objects the pictures of the shapes set show together.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/generator.h"

namespace limn::data {

/// An object by its colour and shape, numbered.
using ShapesKind = std::int64_t;

/// What a picture is to show. Three objects are all small.
struct ShapesCombination {
  std::vector<ShapesKind> kinds;
  bool size_matters = false;  ///< one object, in a size
  bool large = false;
};

/// Divides the pairs of kinds, and the kinds alone in each size, between two splits.
class ShapesPlan {
 public:
  /// kinds >= 4.
  ShapesPlan(std::int64_t kinds, Generator generator);

  /// The combination of picture `index` of the split; one of every ten, about, has one object, one
  /// three.
  ShapesCombination combination(bool test, std::int64_t index, Generator& generator) const;
  /// Whether the pair may only be in pictures of the test split.
  bool held_out(ShapesKind a, ShapesKind b) const {
    return held_out_[static_cast<std::size_t>(a * kinds_ + b)];
  }

 private:
  struct Alone {
    ShapesKind kind;
    bool large;
  };
  struct Pair {
    ShapesKind a, b;
  };
  void divide_pairs(Generator& generator);
  void divide_alone(Generator& generator);
  ShapesCombination with_third(bool test, const Pair& pair, Generator& generator) const;

  std::int64_t kinds_;
  std::vector<bool> held_out_;
  std::vector<Pair> pairs_[2];   // train, test
  std::vector<Alone> alone_[2];  // train, test
};

}  // namespace limn::data
