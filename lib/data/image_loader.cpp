#include "limn/data/image_loader.h"

#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "core/check.h"
#include "limn/core/threads.h"

namespace limn::data {
namespace {

/// What became of an item: a picture, an error, or an exception to be thrown.
struct Outcome {
  Tensor picture;
  std::optional<std::string> error;
  std::exception_ptr thrown;
};

Outcome outcome_of(const std::function<Tensor(std::int64_t)>& load, std::int64_t item) {
  Outcome outcome;
  try {
    outcome.picture = load(item);
  } catch (const Error& error) {
    outcome.error = error.what();
  } catch (...) {
    outcome.thrown = std::current_exception();
  }
  return outcome;
}

void check_picture(const Tensor& picture, const Shape& needed, std::int64_t item) {
  const Shape& shape = picture.shape();
  const bool right = picture.defined() && picture.dtype() == DType::uint8 && shape.rank() == 3 &&
                     shape[2] == 3 && (needed.rank() == 0 || shape == needed);
  require(right, "ImageLoader: every picture must be uint8 {}; item {} gave {}",
          needed.rank() == 0 ? "[H, W, 3]" : needed.to_string(), item, picture);
}

Tensor stacked(const std::vector<Tensor>& pictures) {
  if (pictures.empty()) return {};
  const Shape& one = pictures.front().shape();
  Tensor all(Shape{static_cast<std::int64_t>(pictures.size()), one[0], one[1], one[2]},
             DType::uint8);
  std::uint8_t* to = all.data<std::uint8_t>();
  for (const Tensor& picture : pictures) {
    std::memcpy(to, picture.raw(), picture.bytes());
    to += picture.bytes();
  }
  return all;
}

LoadedImages assembled(const std::vector<std::int64_t>& items, std::vector<Outcome> outcomes) {
  LoadedImages batch;
  std::vector<Tensor> pictures;
  for (std::size_t place = 0; place < items.size(); ++place) {
    Outcome& outcome = outcomes[place];
    if (outcome.thrown) std::rethrow_exception(outcome.thrown);
    if (outcome.error) {
      batch.failures.push_back({items[place], *std::move(outcome.error)});
      continue;
    }
    check_picture(outcome.picture, pictures.empty() ? Shape() : pictures.front().shape(),
                  items[place]);
    batch.items.push_back(items[place]);
    pictures.push_back(std::move(outcome.picture));
  }
  batch.pictures = stacked(pictures);
  return batch;
}

}  // namespace

class ImageLoader::Impl {
 public:
  Impl(std::vector<std::vector<std::int64_t>> batches, std::function<Tensor(std::int64_t)> load,
       int threads, int ahead);
  ~Impl() { stop(); }

  bool done() const { return handed_out_ == batches_.size(); }
  LoadedImages next();

 private:
  struct Batch {
    std::vector<std::int64_t> items;
    std::size_t left = 0;           // items that are not loaded yet
    std::vector<Outcome> outcomes;  // of the items, once the first one was taken
    bool ready = false;             // from then on the consumer's
    LoadedImages result;
    std::exception_ptr thrown;
  };
  struct Task {
    std::size_t batch;
    std::size_t place;
  };

  void work();
  bool may_load() const {
    return next_task_ < tasks_.size() && tasks_[next_task_].batch < handed_out_ + ahead_;
  }
  void complete(Batch& batch, std::unique_lock<std::mutex>& lock);
  void stop();

  const std::function<Tensor(std::int64_t)> load_;
  const std::size_t ahead_;
  std::vector<Task> tasks_;  // of all batches, in order
  Shape shape_;              // of every picture, once there was one; the consumer's

  std::mutex mutex_;  // guards what follows
  std::condition_variable room_, ready_;
  std::vector<Batch> batches_;
  std::size_t next_task_ = 0;
  std::size_t handed_out_ = 0;  // batches; only the consumer writes it
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

ImageLoader::Impl::Impl(std::vector<std::vector<std::int64_t>> batches,
                        std::function<Tensor(std::int64_t)> load, int threads, int ahead)
    : load_(std::move(load)), ahead_(static_cast<std::size_t>(ahead)) {
  for (auto& items : batches) {
    for (std::size_t place = 0; place < items.size(); ++place)
      tasks_.push_back({batches_.size(), place});
    Batch& batch = batches_.emplace_back();
    batch.items = std::move(items);
    batch.left = batch.items.size();
    batch.ready = batch.left == 0;
  }
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (...) {
    stop();
    throw;
  }
}

void ImageLoader::Impl::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  room_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ImageLoader::Impl::work() {
  set_thread_count(1);  // of the kernels that this thread calls
  std::unique_lock lock(mutex_);
  while (true) {
    room_.wait(lock, [&] { return stopped_ || may_load(); });
    if (stopped_) return;
    const Task task = tasks_[next_task_++];
    Batch& batch = batches_[task.batch];
    batch.outcomes.resize(batch.items.size());
    lock.unlock();
    Outcome outcome = outcome_of(load_, batch.items[task.place]);
    lock.lock();
    batch.outcomes[task.place] = std::move(outcome);
    if (--batch.left == 0) complete(batch, lock);
  }
}

// Copying the pictures together is left to this thread too.
void ImageLoader::Impl::complete(Batch& batch, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  try {
    batch.result = assembled(batch.items, std::move(batch.outcomes));
  } catch (...) {
    batch.thrown = std::current_exception();
  }
  lock.lock();
  batch.ready = true;
  ready_.notify_one();
}

LoadedImages ImageLoader::Impl::next() {
  require(!done(), "ImageLoader: all {} batches were handed out", batches_.size());
  Batch batch;
  {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return batches_[handed_out_].ready; });
    batch = std::move(batches_[handed_out_++]);
  }
  room_.notify_all();
  if (batch.thrown) std::rethrow_exception(batch.thrown);
  if (!batch.result.items.empty()) {
    const Tensor first = batch.result.pictures.rows(0, 1);
    const Shape shape{first.shape()[1], first.shape()[2], first.shape()[3]};
    check_picture(first.reshaped(shape), shape_, batch.result.items.front());
    shape_ = shape;
  }
  return std::move(batch.result);
}

ImageLoader::ImageLoader(std::vector<std::vector<std::int64_t>> batches,
                         std::function<Tensor(std::int64_t)> load, int threads, int ahead) {
  require(threads >= 1 && ahead >= 1,
          "ImageLoader: threads and ahead must be at least 1; got {} and {}", threads, ahead);
  impl_ = std::make_unique<Impl>(std::move(batches), std::move(load), threads, ahead);
}

ImageLoader::~ImageLoader() = default;

bool ImageLoader::done() const { return impl_->done(); }

LoadedImages ImageLoader::next() { return impl_->next(); }

}  // namespace limn::data
