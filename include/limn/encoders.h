// Everything in limn/encoders; made by `make umbrellas`.
#pragma once

#include "limn/encoders/encoder.h"
