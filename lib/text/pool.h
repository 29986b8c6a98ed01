// Tools that one thread at a time may use, and that are worth keeping.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace limn::text {

/// Lends out tools; there are as many as were ever lent at once. Safe from several threads.
template <class Tool>
class Pool {
 public:
  /// A tool until it is destroyed. The pool must outlive it.
  class Loan {
   public:
    Loan(Pool& pool, std::unique_ptr<Tool> tool) : pool_(pool), tool_(std::move(tool)) {}
    ~Loan() {
      const std::lock_guard lock(pool_.mutex_);
      pool_.tools_.push_back(std::move(tool_));
    }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Tool& operator*() { return *tool_; }

   private:
    Pool& pool_;
    std::unique_ptr<Tool> tool_;
  };

  /// `make` makes another one where all are lent.
  template <class Make>
  Loan lend(Make make) {
    std::unique_ptr<Tool> tool = take();
    if (tool == nullptr) tool = make();
    return Loan(*this, std::move(tool));
  }

 private:
  std::unique_ptr<Tool> take() {
    const std::lock_guard lock(mutex_);
    if (tools_.empty()) return nullptr;
    std::unique_ptr<Tool> tool = std::move(tools_.back());
    tools_.pop_back();
    return tool;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Tool>> tools_;
};

}  // namespace limn::text
