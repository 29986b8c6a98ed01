#include "limn/core/allocator.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "limn/core/error.h"
#include "limn/core/tensor.h"
#include "support/catch.h"

using namespace limn;

// A sanitizer's allocator ends the program where the system's returns nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSystemSaysNo = false;
#else
constexpr bool kSystemSaysNo = true;
#endif

namespace {

// What a training step does to the allocator.
void allocate_and_free() {
  std::vector<Tensor> kept;
  for (const std::int64_t n : {10, 1000, 999, 50'000, 10, 333'333}) {
    kept.emplace_back(Shape{n});
    const Tensor passing(Shape{n, 2}, DType::float64);
  }
}

}  // namespace

TEST_CASE("blocks are aligned and as large as asked for") {
  for (std::size_t bytes = 0; bytes < 5000; bytes += bytes < 200 ? 1 : 97) {
    const auto block = allocate_storage(bytes);
    REQUIRE(reinterpret_cast<std::uintptr_t>(block.get()) % kStorageAlignment == 0);
    std::memset(block.get(), 0xAB, bytes);
  }
}

TEST_CASE("a freed block of the same size is handed out again") {
  auto block = allocate_storage(12345);
  const void* address = block.get();
  block.reset();
  REQUIRE(allocate_storage(12345).get() == address);
}

TEST_CASE("a large freed block is cut into what is asked for, and grows together again") {
  constexpr std::size_t mega = 1 << 20;
  release_cached_storage();
  auto whole = allocate_storage(6 * mega);
  const auto* address = static_cast<const char*>(whole.get());
  const auto before = allocator_statistics();
  whole.reset();
  std::vector<std::shared_ptr<void>> parts;
  for (const std::size_t size : {1, 2, 3}) parts.push_back(allocate_storage(size * mega));
  REQUIRE(parts[0].get() == address);
  REQUIRE(parts[1].get() == address + mega);
  REQUIRE(parts[2].get() == address + 3 * mega);
  REQUIRE(allocator_statistics().bytes_cached == 0);
  REQUIRE(allocator_statistics().bytes_in_use == before.bytes_in_use);
  std::vector<std::size_t> order;
  SECTION("the middle last") { order = {0, 2, 1}; }
  SECTION("from the front") { order = {0, 1, 2}; }
  SECTION("from the back") { order = {2, 1, 0}; }
  for (const std::size_t part : order) parts[part].reset();
  REQUIRE(allocate_storage(6 * mega).get() == address);
  REQUIRE(allocator_statistics().system_allocations == before.system_allocations);
}

TEST_CASE("less than a megabyte is not cut off") {
  release_cached_storage();
  const auto before = allocator_statistics().bytes_in_use;
  allocate_storage(3 << 20).reset();
  const auto most = allocate_storage(5 << 19);
  REQUIRE(allocator_statistics().bytes_in_use == before + (3 << 20));
  REQUIRE(allocator_statistics().bytes_cached == 0);
}

TEST_CASE("memory of which a part is in use stays") {
  release_cached_storage();
  allocate_storage(3 << 20).reset();
  auto part = allocate_storage(2 << 20);
  release_cached_storage();
  REQUIRE(allocator_statistics().bytes_cached == 1 << 20);
  std::memset(part.get(), 1, 2 << 20);
  part.reset();
  release_cached_storage();
  REQUIRE(allocator_statistics().bytes_cached == 0);
}

TEST_CASE("blocks of all sizes, taken and freed in any order, never overlap") {
  struct Block {
    std::shared_ptr<void> memory;
    std::size_t bytes;
    unsigned char mark;
  };
  std::vector<Block> blocks;
  const auto before = allocator_statistics().bytes_in_use;
  const auto require_untouched = [](const Block& block) {
    const auto* bytes = static_cast<const unsigned char*>(block.memory.get());
    REQUIRE(static_cast<int>(bytes[0]) == block.mark);
    REQUIRE(static_cast<int>(bytes[block.bytes / 2]) == block.mark);
    REQUIRE(static_cast<int>(bytes[block.bytes - 1]) == block.mark);
  };
  std::uint32_t random = 1;
  const auto draw = [&](std::uint32_t n) {
    return (random = random * 1664525 + 1013904223) / 7 % n;
  };
  for (int step = 0; step < 3000; ++step) {
    if (blocks.size() > 30 || (!blocks.empty() && draw(2) == 0)) {
      std::swap(blocks[draw(static_cast<std::uint32_t>(blocks.size()))], blocks.back());
      require_untouched(blocks.back());
      blocks.pop_back();
    } else {
      const std::size_t bytes = 1 + draw(draw(4) == 0 ? 1000 : 9'000'000);
      blocks.push_back({allocate_storage(bytes), bytes, static_cast<unsigned char>(step % 251)});
      auto* memory = static_cast<unsigned char*>(blocks.back().memory.get());
      for (std::size_t other = 0; other + 1 < blocks.size(); ++other) {
        const auto* begin = static_cast<unsigned char*>(blocks[other].memory.get());
        REQUIRE((memory + bytes <= begin || begin + blocks[other].bytes <= memory));
      }
      memory[0] = memory[bytes / 2] = memory[bytes - 1] = blocks.back().mark;
    }
  }
  for (const Block& block : blocks) require_untouched(block);
  blocks.clear();
  REQUIRE(allocator_statistics().bytes_in_use == before);
  release_cached_storage();
  REQUIRE(allocator_statistics().bytes_cached == 0);
}

TEST_CASE("a steady state asks the system for nothing") {
  allocate_and_free();
  const auto before = allocator_statistics();
  for (int step = 0; step < 10; ++step) allocate_and_free();
  const auto after = allocator_statistics();
  REQUIRE(after.system_allocations == before.system_allocations);
  REQUIRE(after.bytes_in_use == before.bytes_in_use);
  REQUIRE(after.bytes_cached == before.bytes_cached);
}

TEST_CASE("statistics follow a block through its life") {
  release_cached_storage();
  const auto before = allocator_statistics();
  REQUIRE(before.bytes_cached == 0);
  auto block = allocate_storage(1 << 20);
  const auto held = allocator_statistics();
  REQUIRE(held.system_allocations == before.system_allocations + 1);
  REQUIRE(held.bytes_in_use == before.bytes_in_use + (1 << 20));
  block.reset();
  const auto freed = allocator_statistics();
  REQUIRE(freed.bytes_in_use == before.bytes_in_use);
  REQUIRE(freed.bytes_cached == 1 << 20);
  release_cached_storage();
  REQUIRE(allocator_statistics().bytes_cached == 0);
}

TEST_CASE("at most an eighth of a new block is wasted, above half a kilobyte") {
  for (std::size_t bytes = 513; bytes < 3'000'000; bytes = bytes * 9 / 8 + 1) {
    release_cached_storage();
    const auto before = allocator_statistics().bytes_in_use;
    const auto block = allocate_storage(bytes);
    const auto taken = allocator_statistics().bytes_in_use - before;
    INFO(bytes << " bytes take " << taken);
    REQUIRE(taken >= bytes);
    REQUIRE(taken - bytes <= taken / 8);
  }
}

TEST_CASE("threads take and free blocks at the same time") {
  const auto before = allocator_statistics().bytes_in_use;
  std::vector<std::thread> threads;
  std::vector<int> damaged(4, 0);
  for (std::size_t id = 0; id < damaged.size(); ++id) {
    threads.emplace_back([id, &damaged] {
      for (int round = 0; round < 300; ++round) {
        const std::size_t bytes = 600 + static_cast<std::size_t>(round % 7) * 512;
        const auto block = allocate_storage(bytes);
        auto* first = static_cast<unsigned char*>(block.get());
        std::memset(first, static_cast<int>(id), bytes);
        for (std::size_t i = 0; i < bytes; ++i) damaged[id] += first[i] != id;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(damaged == std::vector<int>(4, 0));
  REQUIRE(allocator_statistics().bytes_in_use == before);
}

TEST_CASE("a block may be freed by another thread") {
  auto block = allocate_storage(4096);
  const void* address = block.get();
  std::thread([moved = std::move(block)]() mutable { moved.reset(); }).join();
  REQUIRE(allocate_storage(4096).get() == address);
}

TEST_CASE("memory that there is not is an error with its size") {
  if (!kSystemSaysNo) return;
  REQUIRE_THROWS_TEXT(allocate_storage(std::size_t{1} << 60), Error,
                      "out of memory: 1152921504606846976 bytes were asked for at once");
  REQUIRE_THROWS_TEXT(allocate_storage(std::numeric_limits<std::size_t>::max()), Error,
                      "out of memory: 18446744073709551615 bytes were asked for at once");
  REQUIRE_THROWS_PART(Tensor(Shape{std::int64_t{1} << 59}, DType::float64), Error,
                      "out of memory: 4611686018427387904 bytes");
}
