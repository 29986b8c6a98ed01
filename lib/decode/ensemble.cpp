#include "limn/decode/ensemble.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "kernels/elementwise.h"
#include "kernels/mixture.h"
#include "limn/core/dispatch.h"

namespace limn::decode {
namespace {

// The state of an ensemble is that of its members one after the other. Its first shared tensor
// says how many tensors are whose: [members, 2], of `rows` and of `shared`.
State joined(const std::vector<State>& parts) {
  State result{.rows = {}, .shared = {Tensor(Shape{std::ssize(parts), 2}, DType::int32)}};
  std::int32_t* counts = result.shared.front().data<std::int32_t>();
  for (const State& part : parts) {
    *counts++ = static_cast<std::int32_t>(part.rows.size());
    *counts++ = static_cast<std::int32_t>(part.shared.size());
    result.rows.insert(result.rows.end(), part.rows.begin(), part.rows.end());
    result.shared.insert(result.shared.end(), part.shared.begin(), part.shared.end());
  }
  return result;
}

std::vector<State> parted(const State& state) {
  const Tensor& counts = state.shared.at(0);
  std::vector<State> parts;
  auto rows = state.rows.begin();
  auto shared = state.shared.begin() + 1;
  for (std::int64_t k = 0; k < counts.shape()[0]; ++k) {
    const auto own_rows = rows + counts.data<std::int32_t>()[2 * k];
    const auto own_shared = shared + counts.data<std::int32_t>()[2 * k + 1];
    parts.push_back({.rows = {rows, own_rows}, .shared = {shared, own_shared}});
    rows = own_rows;
    shared = own_shared;
  }
  return parts;
}

void check(const std::vector<Ensemble::Member>& members) {
  require(!members.empty(), "ensemble: needs at least one member; got none");
  const StepDecoder* first = members.front().decoder;
  for (std::size_t k = 0; k < members.size(); ++k) {
    const auto& [decoder, weight, features] = members[k];
    require(decoder != nullptr, "ensemble: member {} has no decoder", k);
    require(weight > 0 && std::isfinite(weight),
            "ensemble: weights must be above 0 and finite; member {} has {}", k, weight);
    require(decoder->vocabulary_size() == first->vocabulary_size() &&
                decoder->begin() == first->begin() && decoder->end() == first->end(),
            "ensemble: members must have the same words; member 0 has {}, begin {}, end {}, member "
            "{} has {}, begin {}, end {}",
            first->vocabulary_size(), first->begin(), first->end(), k, decoder->vocabulary_size(),
            decoder->begin(), decoder->end());
  }
}

template <class T>
Tensor mixed(const std::vector<Tensor>& scores, const std::vector<Ensemble::Member>& members,
             Averaging averaging) {
  const Shape& shape = scores.front().shape();
  kernels::Mixture<T> what{shape[0], shape[1], {}, {}};
  for (std::size_t k = 0; k < scores.size(); ++k) {
    what.members.push_back(scores[k].data<T>());
    what.weights.push_back(static_cast<T>(members[k].weight));
  }
  Tensor result(shape, dtype_of<T>);
  if (averaging == Averaging::probabilities) {
    kernels::mix_probabilities(what, result.data<T>());
  } else {
    kernels::mix_log_probabilities(what, result.data<T>());
  }
  return result;
}

// Makes all float64 if one is.
void unify(std::vector<Tensor>& tensors) {
  const auto is_double = [](const Tensor& tensor) { return tensor.dtype() == DType::float64; };
  if (std::none_of(tensors.begin(), tensors.end(), is_double)) return;
  for (Tensor& tensor : tensors) tensor = tensor.to(DType::float64);
}

}  // namespace

Ensemble::Ensemble(std::vector<Member> members, Averaging averaging)
    : members_(std::move(members)), averaging_(averaging) {
  check(members_);
  double total = 0;
  for (const Member& member : members_) total += member.weight;
  for (Member& member : members_) member.weight /= total;
}

std::int64_t Ensemble::longest() const {
  std::int64_t least = first().longest();
  for (const Member& member : members_) least = std::min(least, member.decoder->longest());
  return least;
}

State Ensemble::start(const nn::Features& features) const {
  std::vector<State> parts;
  for (std::size_t k = 0; k < members_.size(); ++k) {
    const nn::Features& own = members_[k].features;
    const bool other = own.global.defined() || own.regions.defined();
    require(!other || own.images() == features.images(),
            "ensemble: every member needs features of the same {} images; member {} has those of "
            "{}",
            features.images(), k, own.images());
    parts.push_back(members_[k].decoder->start(other ? own : features));
  }
  return joined(parts);
}

Tensor Ensemble::step(State& state, std::span<const std::int32_t> words) const {
  std::vector<State> parts = parted(state);
  std::vector<Tensor> scores;
  const Shape needed{std::ssize(words), vocabulary_size()};
  for (std::size_t k = 0; k < members_.size(); ++k) {
    scores.push_back(members_[k].decoder->step(parts[k], words));
    require(scores[k].defined() && scores[k].shape() == needed && is_floating(scores[k].dtype()),
            "ensemble: a step must give float32 or float64 log-probabilities {}; member {} gives "
            "{}",
            needed, k, scores[k]);
  }
  state = joined(parts);
  if (scores.size() == 1) return scores.front();
  unify(scores);
  Tensor result;
  for_floating(scores.front().dtype(), "ensemble",
               [&]<class T>() { result = mixed<T>(scores, members_, averaging_); });
  return result;
}

Tensor Ensemble::attention(const State& state) const {
  const std::vector<State> parts = parted(state);
  std::vector<Tensor> maps;
  std::vector<double> weights;
  double total = 0;
  for (std::size_t k = 0; k < members_.size(); ++k) {
    Tensor map = members_[k].decoder->attention(parts[k]);
    if (!map.defined()) continue;
    if (!maps.empty() && map.shape() != maps.front().shape()) return {};
    maps.push_back(std::move(map));
    weights.push_back(members_[k].weight);
    total += weights.back();
  }
  if (maps.empty()) return {};
  unify(maps);
  Tensor result = Tensor::zeros(maps.front().shape(), maps.front().dtype());
  for_floating(result.dtype(), "ensemble", [&]<class T>() {
    for (std::size_t k = 0; k < maps.size(); ++k)
      kernels::axpy(result.elements(), static_cast<T>(weights[k] / total), maps[k].data<T>(),
                    result.data<T>());
  });
  return result;
}

State Ensemble::reorder(const State& state, std::span<const std::int64_t> rows) const {
  std::vector<State> parts = parted(state);
  for (std::size_t k = 0; k < members_.size(); ++k)
    parts[k] = members_[k].decoder->reorder(parts[k], rows);
  return joined(parts);
}

}  // namespace limn::decode
