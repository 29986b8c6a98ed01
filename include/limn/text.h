// Everything in limn/text; made by `make umbrellas`.
#pragma once

#include "limn/text/byte_pair.h"
#include "limn/text/tokenizer.h"
#include "limn/text/vocabulary.h"
