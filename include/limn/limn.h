// All of limn; made by `make umbrellas`.
#pragma once

#include "limn/autograd.h"
#include "limn/core.h"
#include "limn/data.h"
#include "limn/decode.h"
#include "limn/encoders.h"
#include "limn/metrics.h"
#include "limn/models.h"
#include "limn/nn.h"
#include "limn/ops.h"
#include "limn/optim.h"
#include "limn/text.h"
#include "limn/train.h"
#include "limn/vision.h"
#include "limn/version.h"
