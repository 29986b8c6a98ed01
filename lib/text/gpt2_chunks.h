// How GPT-2 cuts text before it encodes it.
#pragma once

#include <string_view>
#include <vector>

namespace limn::text {

/// What the pattern of GPT-2's encoder.py finds one after the other, which is all of `text`:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// where of the alternatives the first one that matches counts. Bytes that are not UTF-8 are other
/// characters, one each. \s is Unicode's White_Space.
std::vector<std::string_view> gpt2_chunks(std::string_view text);

}  // namespace limn::text
