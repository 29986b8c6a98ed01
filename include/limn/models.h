// Everything in limn/models; made by `make umbrellas`.
#pragma once

#include "limn/models/adaptive.h"
#include "limn/models/aoa.h"
#include "limn/models/att2in.h"
#include "limn/models/captioner.h"
#include "limn/models/gpt2.h"
#include "limn/models/gpt2_cross.h"
#include "limn/models/gpt2_prefix.h"
#include "limn/models/meshed_memory.h"
#include "limn/models/newfc.h"
#include "limn/models/nic.h"
#include "limn/models/photo_captioner.h"
#include "limn/models/photo_ensemble.h"
#include "limn/models/show_attend_tell.h"
#include "limn/models/stepwise_captioner.h"
#include "limn/models/transformer.h"
#include "limn/models/updown.h"
