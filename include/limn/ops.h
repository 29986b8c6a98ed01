// Everything in limn/ops; made by `make umbrellas`.
#pragma once

#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/attention.h"
#include "limn/ops/batch_norm.h"
#include "limn/ops/conv2d.h"
#include "limn/ops/cross_entropy.h"
#include "limn/ops/dropout.h"
#include "limn/ops/embedding.h"
#include "limn/ops/layer_norm.h"
#include "limn/ops/linear.h"
#include "limn/ops/pool2d.h"
#include "limn/ops/recurrent.h"
#include "limn/ops/reduce.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
