// The tokeniser of the COCO evaluation.
#pragma once

#include "limn/text/tokenizer.h"
#include "text/lexer.h"
#include "text/pool.h"

namespace limn::text {

/// "ptb"; what it does is in limn/text/tokenizer.h, the rules are in ptb_grammar.cpp.
class PtbTokenizer : public Tokenizer {
 public:
  std::string name() const override { return "ptb"; }
  std::vector<std::string> split(std::string_view caption) const override;
  std::string join(const std::vector<std::string>& words) const override;

 private:
  mutable Pool<LexerRun> runs_;  // they know what has been learnt of the automaton
};

}  // namespace limn::text
