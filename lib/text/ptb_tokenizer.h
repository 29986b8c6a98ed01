// The tokeniser of the COCO evaluation.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "limn/text/tokenizer.h"
#include "text/lexer.h"

namespace limn::text {

/// "ptb"; what it does is in limn/text/tokenizer.h, the rules are in ptb_grammar.cpp.
class PtbTokenizer : public Tokenizer {
 public:
  std::string name() const override { return "ptb"; }
  std::vector<std::string> split(std::string_view caption) const override;
  std::string join(const std::vector<std::string>& words) const override;

 private:
  class Borrowed;

  // What has been learnt of the automaton, one for each thread that is in `split`.
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<LexerRun>> runs_;
};

}  // namespace limn::text
