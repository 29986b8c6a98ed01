// Everything in limn/nn; made by `make umbrellas`.
#pragma once

#include "limn/nn/additive_attention.h"
#include "limn/nn/batch_norm2d.h"
#include "limn/nn/conv2d.h"
#include "limn/nn/conv_norm.h"
#include "limn/nn/dropout.h"
#include "limn/nn/embedding.h"
#include "limn/nn/features.h"
#include "limn/nn/feed_forward.h"
#include "limn/nn/layer_norm.h"
#include "limn/nn/linear.h"
#include "limn/nn/lstm_cell.h"
#include "limn/nn/module.h"
#include "limn/nn/multi_head_attention.h"
#include "limn/nn/recurrent.h"
#include "limn/nn/xavier.h"
