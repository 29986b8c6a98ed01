// What functions of a thread use without being given it, for as long as a guard lives.
#pragma once

#include <utility>

namespace limn {

/// While it lives, InUse<T>::current() of this thread is `object`; then again what it was before.
template <class T>
class InUse {
 public:
  explicit InUse(T& object) : before_(std::exchange(current_, &object)) {}
  ~InUse() { current_ = before_; }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;

  /// nullptr: none.
  static T* current() { return current_; }

 private:
  T* before_;
  static inline thread_local T* current_ = nullptr;
};

}  // namespace limn
