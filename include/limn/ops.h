// Everything in limn/ops; made by `make umbrellas`.
#pragma once

#include "limn/ops/activation.h"
#include "limn/ops/batch_norm.h"
#include "limn/ops/conv2d.h"
#include "limn/ops/pool2d.h"
