#include "limn/metrics/cider_d.h"

#include "core/check.h"
#include "metrics/consensus.h"

namespace limn::metrics {
namespace {

std::vector<std::vector<Ngrams>> number(const std::vector<std::vector<Sentence>>& references,
                                        NgramNumbers& numbers) {
  require(!references.empty(), "CiderD: references of at least one image are needed; got none");
  for (std::size_t image = 0; image < references.size(); ++image)
    require(!references[image].empty(), "CiderD: every image needs a reference; image {} has none",
            image);
  std::vector<std::vector<Ngrams>> result(references.size());
  for (std::size_t image = 0; image < references.size(); ++image)
    for (const Sentence& reference : references[image])
      result[image].push_back(numbers.add(reference));
  return result;
}

}  // namespace

struct CiderD::Parts {
  Parts(const std::vector<std::vector<Sentence>>& sentences,
        const std::vector<std::vector<Sentence>>& documents)
      : references(number(sentences, numbers)), consensus(references, frequencies(documents)) {}

  // N-grams of a hypothesis may be those of documents.
  DocumentFrequency frequencies(const std::vector<std::vector<Sentence>>& documents) {
    if (documents.empty()) return document_frequency(references, numbers.size());
    for (const auto& image : documents)
      for (const Sentence& caption : image) numbers.add(caption);
    return document_frequency(documents, numbers);
  }

  NgramNumbers numbers;
  std::vector<std::vector<Ngrams>> references;
  Consensus consensus;
};

CiderD::CiderD(const std::vector<std::vector<Sentence>>& references,
               const std::vector<std::vector<Sentence>>& documents)
    : parts_(std::make_unique<const Parts>(references, documents)) {}
CiderD::CiderD(CiderD&& other) noexcept = default;
CiderD& CiderD::operator=(CiderD&& other) noexcept = default;
CiderD::~CiderD() = default;

std::int64_t CiderD::images() const { return static_cast<std::int64_t>(parts_->references.size()); }

double CiderD::score(std::int64_t image, const Sentence& hypothesis) const {
  require(image >= 0 && image < images(), "CiderD: image must be in [0, {}); got {}", images(),
          image);
  return parts_->consensus.score(static_cast<std::size_t>(image), parts_->numbers.find(hypothesis));
}

}  // namespace limn::metrics
