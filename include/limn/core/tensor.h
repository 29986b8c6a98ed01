// Tensor: dtype, shape and shared storage; always contiguous and row-major.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "limn/core/dtype.h"
#include "limn/core/shape.h"

namespace limn {

/// A small value: copying shares the storage, `clone()` copies it. A default-made tensor is
/// undefined and holds nothing. Storage is 64-byte aligned, but for views made by `rows()` and for
/// mapped files.
class Tensor {
 public:
  Tensor() = default;
  /// Uninitialised elements.
  explicit Tensor(Shape shape, DType dtype = DType::float32);
  /// A view of memory owned by `owner` (a mapped file).
  Tensor(Shape shape, DType dtype, void* elements, std::shared_ptr<void> owner);

  static Tensor zeros(Shape shape, DType dtype = DType::float32);
  static Tensor full(Shape shape, double value, DType dtype = DType::float32);
  /// Elements in row-major order. Throws InvalidArgument when their number does not fit `shape`.
  template <class T>
  static Tensor from(Shape shape, std::span<const T> values);
  template <class T>
  static Tensor from(Shape shape, const std::vector<T>& values) {
    return from(shape, std::span<const T>(values));
  }

  bool defined() const { return elements_ != nullptr; }
  const Shape& shape() const { return shape_; }
  DType dtype() const { return dtype_; }
  std::int64_t elements() const { return defined() ? shape_.elements() : 0; }
  std::size_t bytes() const { return static_cast<std::size_t>(elements()) * size_of(dtype_); }
  /// True when no other tensor shares the storage.
  bool unique() const { return owner_.use_count() == 1; }
  /// Which storage it is; expires when the last tensor that shares it is gone. Of an undefined
  /// tensor: empty.
  std::weak_ptr<const void> storage() const { return owner_; }

  /// First element. Throws InvalidArgument when T is not the tensor's dtype or the tensor is
  /// undefined.
  template <class T>
  T* data();
  template <class T>
  const T* data() const;
  template <class T>
  std::span<T> span() {
    return {data<T>(), static_cast<std::size_t>(elements())};
  }
  template <class T>
  std::span<const T> span() const {
    return {data<T>(), static_cast<std::size_t>(elements())};
  }
  void* raw() { return elements_; }
  const void* raw() const { return elements_; }
  /// The only element of a one-element floating or integer tensor.
  double item() const;

  Tensor clone() const;
  /// The same elements under another shape of as many elements; shares the storage.
  Tensor reshaped(Shape shape) const;
  /// Rows [begin, end) of the leading axis; shares the storage.
  Tensor rows(std::int64_t begin, std::int64_t end) const;
  /// The elements converted; shares the storage when the dtype is the same already. Into whole
  /// numbers fractions are cut off, what is beyond the range becomes its limit and NaN 0; into
  /// float16 and bfloat16 it goes through float32.
  Tensor to(DType dtype) const;
  /// Copies the elements of a tensor of the same shape, converting if needed.
  void copy_from(const Tensor& source);
  void fill(double value);

 private:
  void check_dtype(DType dtype) const;

  Shape shape_;
  DType dtype_ = DType::float32;
  void* elements_ = nullptr;
  std::shared_ptr<void> owner_;
};

template <class T>
T* Tensor::data() {
  check_dtype(dtype_of<T>);
  return static_cast<T*>(elements_);
}

template <class T>
const T* Tensor::data() const {
  check_dtype(dtype_of<T>);
  return static_cast<const T*>(elements_);
}

}  // namespace limn
