// Everything in limn/train; made by `make umbrellas`.
#pragma once

#include "limn/train/report.h"
