#include "text/icu_tokenizer.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "limn/core/error.h"
#include "text/east_asian.h"
#include "text/normal_form.h"
#include "text/pool.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

void require_success(UErrorCode code) {
  if (U_FAILURE(code))
    throw InternalError(std::string("words: ICU failed with ") + u_errorName(code));
}

/// ICU's word boundaries, with its dictionaries of Chinese, Japanese, Thai, Khmer and others.
class Breaks {
 public:
  Breaks() {
    UErrorCode code = U_ZERO_ERROR;
    breaks_.reset(ubrk_open(UBRK_WORD, "", nullptr, 0, &code));
    require_success(code);
  }

  // The pieces of `text` that are words: letters, numbers, kana, ideographs.
  std::vector<std::string> words(const std::string& text) {
    UErrorCode code = U_ZERO_ERROR;
    const std::unique_ptr<UText, decltype(&utext_close)> characters(
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &code),
        &utext_close);
    ubrk_setUText(breaks_.get(), characters.get(), &code);
    require_success(code);
    std::vector<std::string> words;
    std::int32_t begin = ubrk_first(breaks_.get());
    for (std::int32_t end; (end = ubrk_next(breaks_.get())) != UBRK_DONE; begin = end) {
      if (ubrk_getRuleStatus(breaks_.get()) < UBRK_WORD_NONE_LIMIT) continue;
      words.push_back(
          text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
    }
    return words;
  }

 private:
  std::unique_ptr<UBreakIterator, decltype(&ubrk_close)> breaks_{nullptr, &ubrk_close};
};

class IcuTokenizer : public Tokenizer {
 public:
  std::string name() const override { return "words"; }

  std::vector<std::string> split(std::string_view caption) const override {
    require_utf8(caption, "split");
    auto breaks = breaks_.lend([] { return std::make_unique<Breaks>(); });
    return (*breaks).words(lower_composed(caption));
  }

  std::string join(const std::vector<std::string>& words) const override {
    return join_east_asian(words);
  }

 private:
  mutable Pool<Breaks> breaks_;
};

}  // namespace

std::unique_ptr<Tokenizer> make_icu_tokenizer() { return std::make_unique<IcuTokenizer>(); }

}  // namespace limn::text
