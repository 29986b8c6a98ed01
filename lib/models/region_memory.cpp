#include "models/region_memory.h"

#include "models/step_cache.h"

namespace limn::models {

decode::State RegionMemory::start() const {
  std::vector<Tensor> of_images = {images.tensor(), mask};
  for (const nn::MultiHeadAttention::Memory& part : parts)
    of_images.insert(of_images.end(), {part.keys.value(), part.values.value()});
  return StepCache::start(images.images(), std::move(of_images));
}

RegionMemory RegionMemory::of(const decode::State& state, std::size_t parts) {
  RegionMemory memory{.parts = {}, .images = ImageRows(state.shared[0]), .mask = state.shared[1]};
  for (std::size_t i = 2; memory.parts.size() < parts; i += 2)
    memory.parts.push_back({Variable(state.shared[i]), Variable(state.shared[i + 1])});
  return memory;
}

}  // namespace limn::models
