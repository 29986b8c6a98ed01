#include "decode/candidates.h"

#include <algorithm>
#include <map>

namespace limn::decode {
namespace {

bool better(const Candidate& a, const Candidate& b) {
  if (a.after_end != b.after_end) return b.after_end;
  if (a.total != b.total) return a.total > b.total;
  return a.word != b.word ? a.word < b.word : a.row < b.row;
}

}  // namespace

void keep_best(std::vector<Candidate>& candidates, std::size_t width) {
  const std::size_t kept = std::min(candidates.size(), width);
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(kept),
                    candidates.end(), better);
  candidates.resize(kept);
}

void keep_by_turns(std::vector<Candidate>& candidates, std::size_t width) {
  const auto others = std::count_if(candidates.begin(), candidates.end(),
                                    [](const Candidate& each) { return !each.after_end; });
  if (static_cast<std::size_t>(others) <= width) return keep_best(candidates, width);
  std::erase_if(candidates, [](const Candidate& each) { return each.after_end; });
  std::sort(candidates.begin(), candidates.end(), better);
  std::vector<Candidate> kept{candidates.front()};
  std::map<std::int64_t, std::vector<Candidate>> banks;  // the best of each last
  for (std::size_t i = candidates.size(); i > 1; --i)
    banks[candidates[i - 1].needed].push_back(candidates[i - 1]);
  while (kept.size() < width) {
    for (auto& [needed, bank] : banks) {
      if (bank.empty() || kept.size() == width) continue;
      kept.push_back(bank.back());
      bank.pop_back();
    }
  }
  candidates = std::move(kept);
  keep_best(candidates, width);
}

}  // namespace limn::decode
