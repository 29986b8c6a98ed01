// Patches of a picture as rows of a matrix, so that convolution becomes a matrix product.
#pragma once

#include "kernels/conv2d.h"

namespace limn::kernels {

/// Row p of `columns` [count, kh·kw·C/groups] is the patch that output pixel `first` + p of one
/// image [H, W, C] sees in `group`, in the order [kh, kw, C/groups]; zeros outside the picture.
template <class T>
void im2col(const Conv2dShape& shape, std::int64_t group, std::int64_t first, std::int64_t count,
            const T* image, T* columns);
/// The transpose: adds every element of `dcolumns` to the pixel of `dimage` it came from.
template <class T>
void col2im(const Conv2dShape& shape, std::int64_t group, std::int64_t first, std::int64_t count,
            const T* dcolumns, T* dimage);

/// w [O, C/groups, kh, kw] to [O, kh, kw, C/groups], the order of patches.
template <class T>
void pack_taps(const Conv2dShape& shape, const T* w, T* packed);

}  // namespace limn::kernels
