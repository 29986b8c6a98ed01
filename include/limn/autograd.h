// Everything in limn/autograd; made by `make umbrellas`.
#pragma once

#include "limn/autograd/gradient_check.h"
#include "limn/autograd/variable.h"
