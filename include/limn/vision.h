// Everything in limn/vision; made by `make umbrellas`.
#pragma once

#include "limn/vision/image.h"
#include "limn/vision/transform.h"
