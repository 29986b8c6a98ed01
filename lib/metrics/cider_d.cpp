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
  explicit Parts(const std::vector<std::vector<Sentence>>& sentences)
      : references(number(sentences, numbers)), consensus(references, numbers.size()) {}

  NgramNumbers numbers;
  std::vector<std::vector<Ngrams>> references;
  Consensus consensus;
};

CiderD::CiderD(const std::vector<std::vector<Sentence>>& references)
    : parts_(std::make_unique<const Parts>(references)) {}
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
