#include "limn/core/allocator.h"

#include <cstring>
#include <thread>
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

TEST_CASE("a freed block is handed out again for less, but not for much less") {
  release_cached_storage();
  auto block = allocate_storage(3 << 20);
  const void* address = block.get();
  block.reset();
  auto smaller = allocate_storage(2 << 20);
  REQUIRE(smaller.get() == address);
  REQUIRE(allocator_statistics().bytes_cached == 0);
  smaller.reset();
  REQUIRE(allocator_statistics().bytes_cached == 3 << 20);
  REQUIRE(allocate_storage(1 << 20).get() != address);
  REQUIRE(allocate_storage(4 << 20).get() != address);
}

TEST_CASE("the smallest freed block that fits is handed out") {
  release_cached_storage();
  auto large = allocate_storage(28 << 20), fitting = allocate_storage(24 << 20);
  const void* address = fitting.get();
  large.reset();
  fitting.reset();
  REQUIRE(allocate_storage(20 << 20).get() == address);
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
  REQUIRE_THROWS_PART(Tensor(Shape{std::int64_t{1} << 59}, DType::float64), Error,
                      "out of memory: 4611686018427387904 bytes");
}
