// Everything in limn/metrics; made by `make umbrellas`.
#pragma once

#include "limn/metrics/cider_d.h"
#include "limn/metrics/diversity.h"
#include "limn/metrics/meteor.h"
#include "limn/metrics/perplexity.h"
#include "limn/metrics/scores.h"
#include "limn/metrics/significance.h"
