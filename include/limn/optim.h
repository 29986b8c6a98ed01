// Everything in limn/optim; made by `make umbrellas`.
#pragma once

#include "limn/optim/adam.h"
#include "limn/optim/clip.h"
#include "limn/optim/moving_average.h"
#include "limn/optim/optimizer.h"
#include "limn/optim/optimizer_config.h"
#include "limn/optim/schedule.h"
#include "limn/optim/sgd.h"
