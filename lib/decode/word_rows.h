// What a model makes of words alone: most words of a search were said before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/in_use.h"
#include "limn/core/tensor.h"

namespace limn::decode {

/// Rows that functions of words have made under a WordRowsGuard, kept as long as this lives: of a
/// word that NIC reads four times its state. For one thread at a time.
class WordRows {
 public:
  /// A row for each word, [N, ...].
  using Function = std::function<Tensor(std::span<const std::int32_t> words)>;

  /// function(words), of which `function` makes the rows that it did not make before. It is known
  /// by its `owner`, who has no other, outlives this and must not change meanwhile.
  Tensor of(const void* owner, std::span<const std::int32_t> words, const Function& function);

 private:
  struct Table {
    std::vector<Tensor> made;
    std::unordered_map<std::int32_t, const std::byte*> rows;  ///< in what was made
  };
  std::map<const void*, Table> tables_;
};

/// While it lives, `rows_of_words` on this thread goes through these.
using WordRowsGuard = InUse<WordRows>;

/// function(words); during a search each word's row is made once.
Tensor rows_of_words(const void* owner, std::span<const std::int32_t> words,
                     const WordRows::Function& function);

}  // namespace limn::decode
