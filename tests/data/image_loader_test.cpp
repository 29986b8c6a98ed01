#include "limn/data/image_loader.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <set>
#include <thread>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/catch.h"

using namespace limn;
using namespace std::chrono_literals;
using data::ImageLoader;
using data::LoadedImages;
using Batches = std::vector<std::vector<std::int64_t>>;
using Items = std::vector<std::int64_t>;

namespace {

/// A picture that says which item it is of.
Tensor picture(std::int64_t item, std::int64_t side = 2) {
  return Tensor::full(Shape{side, side, 3}, static_cast<double>(item % 251), DType::uint8);
}

Batches numbered_batches(std::int64_t batches, std::int64_t size) {
  Batches all(static_cast<std::size_t>(batches));
  for (std::int64_t i = 0; i < batches * size; ++i)
    all[static_cast<std::size_t>(i / size)].push_back(i);
  return all;
}

void require_pictures(const LoadedImages& batch) {
  const auto count = static_cast<std::int64_t>(batch.items.size());
  REQUIRE(batch.pictures.shape() == Shape{count, 2, 2, 3});
  for (std::int64_t i = 0; i < count; ++i) {
    const Tensor one = batch.pictures.rows(i, i + 1);
    for (const std::uint8_t value : one.span<std::uint8_t>())
      REQUIRE(value == batch.items[static_cast<std::size_t>(i)] % 251);
  }
}

/// A door that is closed at first.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

template <class Condition>
bool soon(Condition&& condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(1ms);
  return condition();
}

}  // namespace

TEST_CASE("batches come in order with their pictures, whatever the threads") {
  for (const int threads : {1, 2, 5}) {
    for (const int ahead : {1, 3}) {
      const Batches batches = numbered_batches(20, 3);
      ImageLoader loader(
          batches,
          [](std::int64_t item) {
            if (item % 7 == 0) std::this_thread::sleep_for(1ms);
            return picture(item);
          },
          threads, ahead);
      for (const Items& items : batches) {
        REQUIRE_FALSE(loader.done());
        const LoadedImages batch = loader.next();
        REQUIRE(batch.items == items);
        REQUIRE(batch.failures.empty());
        require_pictures(batch);
      }
      REQUIRE(loader.done());
    }
  }
}

TEST_CASE("items may repeat, batches differ in size, and there may be nothing to load") {
  ImageLoader loader({{5, 5}, {}, {9}}, [](std::int64_t item) { return picture(item); });
  REQUIRE(loader.next().items == Items{5, 5});
  const LoadedImages empty = loader.next();
  REQUIRE(empty.items.empty());
  REQUIRE_FALSE(empty.pictures.defined());
  REQUIRE(loader.next().items == Items{9});
  REQUIRE(ImageLoader({}, [](std::int64_t item) { return picture(item); }).done());
}

TEST_CASE("pictures that cannot be read are left out and named") {
  ImageLoader loader(
      {{1, 2, 3, 4}, {6, 8}},
      [](std::int64_t item) {
        if (item % 2 == 0) throw IoError(std::to_string(item) + ".jpg", "is damaged");
        return picture(item);
      },
      3);
  const LoadedImages first = loader.next();
  REQUIRE(first.items == Items{1, 3});
  require_pictures(first);
  REQUIRE(first.failures.size() == 2);
  REQUIRE(first.failures[0].item == 2);
  REQUIRE(first.failures[0].error == "2.jpg: is damaged");
  REQUIRE(first.failures[1].item == 4);
  const LoadedImages second = loader.next();
  REQUIRE(second.items.empty());
  REQUIRE_FALSE(second.pictures.defined());
  REQUIRE(second.failures.size() == 2);
  REQUIRE(loader.done());
}

TEST_CASE("exceptions of other kinds are thrown where their batch would have come") {
  ImageLoader loader(
      {{0, 1}, {2, 3, 4}, {5}},
      [](std::int64_t item) {
        if (item == 3) throw std::runtime_error("three");
        if (item == 4) throw std::bad_alloc();
        return picture(item);
      },
      4);
  REQUIRE(loader.next().items == Items{0, 1});
  REQUIRE_THROWS_TEXT(loader.next(), std::runtime_error, "three");
  REQUIRE(loader.next().items == Items{5});
  REQUIRE(loader.done());
}

TEST_CASE("no more than the look-ahead is loaded before it is asked for") {
  std::mutex mutex;
  std::set<std::int64_t> loaded;
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return loaded.size();
  };
  ImageLoader loader(
      numbered_batches(10, 2),
      [&](std::int64_t item) {
        const std::lock_guard lock(mutex);
        loaded.insert(item);
        return picture(item);
      },
      3, 2);
  REQUIRE(soon([&] { return count() == 4; }));
  std::this_thread::sleep_for(20ms);
  REQUIRE(count() == 4);
  (void)loader.next();
  REQUIRE(soon([&] { return count() == 6; }));
  std::this_thread::sleep_for(20ms);
  REQUIRE(count() == 6);
  REQUIRE(*loaded.rbegin() == 5);
}

TEST_CASE("several items are loaded at once, each on one kernel thread") {
  Gate gate;
  std::atomic<int> waiting = 0, kernel_threads = 0;
  ImageLoader loader(
      {{0, 1, 2}},
      [&](std::int64_t item) {
        kernel_threads += thread_count();
        ++waiting;
        gate.pass();
        return picture(item);
      },
      3);
  REQUIRE(soon([&] { return waiting == 3; }));
  gate.open();
  REQUIRE(loader.next().items == Items{0, 1, 2});
  REQUIRE(kernel_threads == 3);
}

TEST_CASE("the destructor drops what was still to load") {
  Gate gate;
  std::atomic<int> calls = 0;
  std::thread opener;
  {
    ImageLoader loader(
        numbered_batches(100, 10),
        [&](std::int64_t item) {
          ++calls;
          gate.pass();
          std::this_thread::sleep_for(1ms);
          return picture(item);
        },
        2, 100);
    REQUIRE(soon([&] { return calls == 2; }));
    opener = std::thread([&] {
      std::this_thread::sleep_for(20ms);
      gate.open();
    });
  }
  opener.join();
  REQUIRE(calls < 500);  // 2, if this thread is not held up for long
}

TEST_CASE("a loader may go while nobody asked for anything") {
  for (int i = 0; i < 50; ++i)
    ImageLoader(
        numbered_batches(5, 2), [](std::int64_t item) { return picture(item); }, 3, 2);
}

TEST_CASE("the loader says what does not fit") {
  const auto load = [](std::int64_t item) { return picture(item, item < 10 ? 2 : 3); };
  REQUIRE_THROWS_TEXT(ImageLoader({}, load, 0, 4), InvalidArgument,
                      "ImageLoader: threads and ahead must be at least 1; got 0 and 4");
  REQUIRE_THROWS_TEXT(ImageLoader({}, load, 2, 0), InvalidArgument,
                      "ImageLoader: threads and ahead must be at least 1; got 2 and 0");
  ImageLoader loader({{1, 10}, {2}, {11}}, load);
  REQUIRE_THROWS_TEXT(loader.next(), InvalidArgument,
                      "ImageLoader: every picture must be uint8 [2, 2, 3]; item 10 gave uint8 [3, "
                      "3, 3]");
  REQUIRE(loader.next().items == Items{2});
  REQUIRE_THROWS_TEXT(loader.next(), InvalidArgument,
                      "ImageLoader: every picture must be uint8 [2, 2, 3]; item 11 gave uint8 [3, "
                      "3, 3]");
  REQUIRE_THROWS_TEXT(loader.next(), InvalidArgument, "ImageLoader: all 3 batches were handed out");
  ImageLoader grey({{1}}, [](std::int64_t) { return Tensor::zeros(Shape{2, 2, 1}); });
  REQUIRE_THROWS_TEXT(grey.next(), InvalidArgument,
                      "ImageLoader: every picture must be uint8 [H, W, 3]; item 1 gave float32 [2, "
                      "2, 1]");
  ImageLoader nothing({{1}}, [](std::int64_t) { return Tensor(); });
  REQUIRE_THROWS_TEXT(nothing.next(), InvalidArgument,
                      "ImageLoader: every picture must be uint8 [H, W, 3]; item 1 gave none");
}
