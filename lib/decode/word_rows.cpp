#include "decode/word_rows.h"

#include <algorithm>
#include <cstring>

#include "limn/core/error.h"

namespace limn::decode {
namespace {

std::size_t row_bytes(const Tensor& rows) {
  return rows.bytes() / static_cast<std::size_t>(rows.shape()[0]);
}

}  // namespace

Tensor WordRows::of(const void* owner, std::span<const std::int32_t> words,
                    const Function& function) {
  if (words.empty()) return function(words);
  Table& table = tables_[owner];
  std::vector<std::int32_t> added;
  for (const std::int32_t word : words)
    if (!table.rows.contains(word)) added.push_back(word);
  std::sort(added.begin(), added.end());
  added.erase(std::unique(added.begin(), added.end()), added.end());
  if (!added.empty()) {
    const Tensor& rows = table.made.emplace_back(function(added));
    const Tensor& first = table.made.front();
    LIMN_ASSERT(rows.dtype() == first.dtype());
    LIMN_ASSERT(rows.shape() == first.shape().with(0, std::ssize(added)));
    const auto* row = static_cast<const std::byte*>(rows.raw());
    for (std::size_t i = 0; i < added.size(); ++i) table.rows[added[i]] = row + i * row_bytes(rows);
  }
  const Tensor& some = table.made.front();
  Tensor result(some.shape().with(0, std::ssize(words)), some.dtype());
  auto* to = static_cast<std::byte*>(result.raw());
  for (std::size_t i = 0; i < words.size(); ++i)
    std::memcpy(to + i * row_bytes(some), table.rows.at(words[i]), row_bytes(some));
  return result;
}

Tensor rows_of_words(const void* owner, std::span<const std::int32_t> words,
                     const WordRows::Function& function) {
  WordRows* rows = WordRowsGuard::current();
  return rows == nullptr ? function(words) : rows->of(owner, words, function);
}

}  // namespace limn::decode
