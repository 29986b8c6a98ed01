// Everything in limn/nn; made by `make umbrellas`.
#pragma once

#include "limn/nn/features.h"
#include "limn/nn/module.h"
