// What METEOR knows of words.
#pragma once

#include <string_view>
#include <vector>

#include "metrics/meteor_data.h"
#include "metrics/words.h"

namespace limn::metrics {

/// WordNet's sets of synonyms that list `word` or its base form, in rising order, each once. The
/// base form: if the word is an irregular form, its bases; else what is left when the first ending
/// of a list that gives a listed word is replaced ("boxes": "box").
std::vector<std::uint32_t> synsets_of(std::string_view word, const MeteorData& data);

struct MeteorWord {
  std::uint32_t id;       ///< in the data; MeteorData::kNone
  std::int32_t stem;      ///< equal for words with equal stems
  bool function = false;  ///< "the", "of"; not a content word
  std::vector<std::uint32_t> synsets;
};

/// A caption, as numbers of words in a lexicon.
using MeteorCaption = std::vector<std::int32_t>;

/// Looks each word up once and numbers them in the order in which they come. Not for several
/// threads at once. The data must outlive it.
class MeteorLexicon {
 public:
  explicit MeteorLexicon(const MeteorData& data) : data_(&data) {}

  /// The normalised words of a line. Throws InvalidArgument when it is not UTF-8.
  MeteorCaption add(std::string_view line);
  const MeteorWord& operator[](std::int32_t word) const {
    return words_[static_cast<std::size_t>(word)];
  }
  const MeteorData& data() const { return *data_; }

 private:
  std::int32_t add_word(std::string_view word);

  const MeteorData* data_;
  WordNumbers numbers_, stems_;
  std::vector<MeteorWord> words_;
};

}  // namespace limn::metrics
