#include "models/meshed_memory_layers.h"

#include <cmath>

#include "limn/nn/xavier.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/reshape.h"

namespace limn::models {
namespace {

nn::MultiHeadAttentionConfig meshed_attention(const MeshedLayerConfig& c) {
  return {.width = c.width,
          .heads = c.heads,
          .head_width = c.head_width,
          .names = {"attention.fc_q", "attention.fc_k", "attention.fc_v", "attention.fc_o"}};
}

nn::FeedForwardConfig meshed_network(const MeshedLayerConfig& c) {
  return {.width = c.width, .inner = c.feed_forward, .dropout = c.dropout, .names = {"fc1", "fc2"}};
}

PostNormConfig meshed_norm(const MeshedLayerConfig& c) { return {.dropout = c.dropout}; }

void zero_biases(const nn::Module& module) {
  for (const auto& [name, variable] : module.parameters())
    if (variable.shape().rank() == 1) Tensor(variable.value()).fill(0);
}

Variable keep(const Variable& x, std::span<const std::uint8_t> kept) {
  return kept.empty() ? x : ops::keep_rows(x, kept);
}

}  // namespace

SlotRows::SlotRows(const ImageRows& images, std::int64_t slots) {
  const std::int64_t regions = images.begin(images.images());
  for (std::int64_t b = 0; b < images.images(); ++b) {
    const std::int64_t begin = images.begin(b), count = images.count(b);
    sight.spans.push_back({begin, count, std::ssize(rows), count + slots});
    for (std::int64_t r = 0; r < count; ++r) rows.push_back(begin + r);
    for (std::int64_t m = 0; m < slots; ++m) rows.push_back(regions + m);
  }
}

MemoryEncoderLayer::MemoryEncoderLayer(const MeshedLayerConfig& c, Generator& generator)
    : config_(c),
      attention_(meshed_attention(c), meshed_norm(c), generator),
      network_(meshed_network(c), meshed_norm(c), generator) {
  zero_biases(attention_.attention());
  child("mhatt", attention_);
  child("pwff", network_);
  nn::start_xavier(*this, generator);
  if (c.memories == 0) return;
  const Shape shape{1, c.memories, c.heads * c.head_width};
  const auto slots = [&](const char* name, std::int64_t n) {
    Tensor values(shape);
    generator.fill_normal(values, 0, 1 / static_cast<double>(n));
    return parameter(name, values);
  };
  key_slots_ = slots("mhatt.attention.m_k", c.head_width);
  value_slots_ = slots("mhatt.attention.m_v", c.memories);
}

// Each image's rows of x and √scale times the slots.
Variable MemoryEncoderLayer::with_slots(const Variable& x, const Variable& slots,
                                        std::int64_t scale, const SlotRows& rows) const {
  if (config_.memories == 0) return x;
  const Variable flat = ops::reshape(slots, Shape{config_.memories, x.shape()[1]});
  const Variable scaled = ops::affine(flat, std::sqrt(static_cast<double>(scale)));
  return ops::gather_rows(ops::concatenate({x, scaled}, 0), rows.rows);
}

Variable MemoryEncoderLayer::forward(const Variable& x, const SlotRows& slots,
                                     const nn::Pass& pass) const {
  const nn::MultiHeadAttention& attention = attention_.attention();
  nn::MultiHeadAttention::Memory memory = attention.remember(x);
  memory.keys = with_slots(memory.keys, key_slots_, config_.head_width, slots);
  memory.values = with_slots(memory.values, value_slots_, config_.memories, slots);
  const Variable attended = attention.forward(x, memory, slots.sight, pass);
  return network_.forward(attention_.sum(x, attended, pass), pass);
}

MeshedDecoderLayer::MeshedDecoderLayer(const MeshedLayerConfig& c, Generator& generator)
    : self_(meshed_attention(c), meshed_norm(c), generator),
      image_(meshed_attention(c), meshed_norm(c), generator),
      network_(meshed_network(c), meshed_norm(c), generator) {
  for (const PostNormAttention* sublayer : {&self_, &image_}) zero_biases(sublayer->attention());
  child("self_att", self_);
  child("enc_att", image_);
  child("pwff", network_);
  for (std::int64_t level = 1; level <= c.levels; ++level) {
    gates_.push_back(
        std::make_unique<nn::Linear>(nn::LinearConfig{2 * c.width, c.width}, generator));
    zero_biases(*gates_.back());
    child("fc_alpha" + std::to_string(level), *gates_.back());
  }
  nn::start_xavier(*this, generator);
}

// σ(W [s; e] + b) ⊙ e
Variable MeshedDecoderLayer::gated(const Variable& s, const Variable& e, std::size_t level) const {
  const nn::Linear& gate = *gates_[level];
  const Variable sum = ops::add(ops::linear_part(s, gate.weight(), 0, gate.bias()),
                                ops::linear_part(e, gate.weight(), s.shape()[1]));
  return ops::multiply(ops::sigmoid(sum), e);
}

Tensor MeshedDecoderLayer::mean_look(const Variable& queries, const Sight& sight) const {
  Variable sum;
  for (const Memory& level : sight.levels) {
    const Variable part(image_.attention().weights(queries, level, sight.image));
    sum = sum.defined() ? ops::add(sum, part) : part;
  }
  return ops::affine(sum, 1 / static_cast<double>(sight.levels.size())).value();
}

Variable MeshedDecoderLayer::after_self(const Variable& x, const Variable& attended,
                                        const Sight& sight, const nn::Pass& pass) const {
  const Variable s = keep(self_.sum(x, attended, pass), sight.kept);
  const nn::MultiHeadAttention& attention = image_.attention();
  const Variable queries = attention.queries(s);
  if (sight.look != nullptr) *sight.look = mean_look(queries, sight);
  Variable mesh;
  for (std::size_t level = 0; level < gates_.size(); ++level) {
    const Variable seen = attention.attend(queries, sight.levels[level], sight.image, pass);
    const Variable e = keep(image_.sum(s, seen, pass), sight.kept);
    const Variable part = gated(s, e, level);
    mesh = mesh.defined() ? ops::add(mesh, part) : part;
  }
  mesh = ops::affine(mesh, 1 / std::sqrt(static_cast<double>(gates_.size())));
  return keep(network_.forward(mesh, pass), sight.kept);
}

Variable MeshedDecoderLayer::forward(const Variable& x, const ops::AttentionOptions& captions,
                                     const Sight& sight, const nn::Pass& pass) const {
  const nn::MultiHeadAttention& attention = self_.attention();
  return after_self(x, attention.forward(x, attention.remember(x), captions, pass), sight, pass);
}

Variable MeshedDecoderLayer::step(const Variable& x,
                                  const std::function<ops::AttentionSteps(const Memory&)>& remember,
                                  const Sight& sight) const {
  const nn::MultiHeadAttention& attention = self_.attention();
  return after_self(x, attention.step(x, remember(attention.remember(x))), sight, {});
}

}  // namespace limn::models
