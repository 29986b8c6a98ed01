// Everything in limn/decode; made by `make umbrellas`.
#pragma once

#include "limn/decode/ensemble.h"
#include "limn/decode/hypothesis.h"
#include "limn/decode/rules.h"
#include "limn/decode/sample.h"
#include "limn/decode/sample_distinct.h"
#include "limn/decode/score.h"
#include "limn/decode/search.h"
#include "limn/decode/step_decoder.h"
