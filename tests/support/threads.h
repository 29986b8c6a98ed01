// The number of threads of a test.
#pragma once

#include "limn/core/threads.h"

namespace limn::test {

/// Kernels use `count` threads while it lives.
class ThreadCount {
 public:
  explicit ThreadCount(int count) { set_thread_count(count); }
  ~ThreadCount() { set_thread_count(before_); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_ = thread_count();
};

}  // namespace limn::test
