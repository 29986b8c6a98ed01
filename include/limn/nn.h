// Everything in limn/nn; made by `make umbrellas`.
#pragma once

#include "limn/nn/batch_norm2d.h"
#include "limn/nn/conv2d.h"
#include "limn/nn/conv_norm.h"
#include "limn/nn/dropout.h"
#include "limn/nn/embedding.h"
#include "limn/nn/features.h"
#include "limn/nn/linear.h"
#include "limn/nn/module.h"
#include "limn/nn/recurrent.h"
