// Photos with their captions, ready for training and scoring.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "limn/data/captions.h"
#include "limn/text/tokenizer.h"

namespace limn::train {

/// A photo, what people said of it, and the words of that.
struct Photo {
  std::string name;                             ///< of its file
  std::optional<std::int64_t> id = {};          ///< COCO's
  std::vector<std::string> captions;            ///< as written
  std::vector<std::vector<std::string>> words;  ///< as the tokeniser splits them
  /// As `metric_tokenizer` splits them; empty where that is the tokeniser.
  std::vector<std::vector<std::string>> references = {};
};

/// What splits captions for metrics where `tokenizer` makes pieces of words, which they must not
/// count: "simple". Null where it makes words: they are what metrics count.
std::unique_ptr<text::Tokenizer> metric_tokenizer(const text::Tokenizer& tokenizer);

/// Photos of a split with their captions split into words. Captions without a word are left out,
/// and so are photos that have no other; `warnings` gets a line with their number.
std::vector<Photo> split_captions(const std::vector<data::CaptionedImage>& images,
                                  const text::Tokenizer& tokenizer,
                                  std::vector<std::string>& warnings);

}  // namespace limn::train
