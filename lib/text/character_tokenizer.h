// East Asian captions, character by character.
#pragma once

#include "limn/text/tokenizer.h"

namespace limn::text {

/// "characters"; what it does is in limn/text/tokenizer.h.
class CharacterTokenizer : public Tokenizer {
 public:
  std::string name() const override { return "characters"; }
  std::vector<std::string> split(std::string_view caption) const override;
  std::string join(const std::vector<std::string>& words) const override;
};

}  // namespace limn::text
