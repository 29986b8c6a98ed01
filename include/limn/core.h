// Everything in limn/core; made by `make umbrellas`.
#pragma once

#include "limn/core/allocator.h"
#include "limn/core/atomic_file.h"
#include "limn/core/cpu.h"
#include "limn/core/dispatch.h"
#include "limn/core/dtype.h"
#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "limn/core/json_lines.h"
#include "limn/core/options.h"
#include "limn/core/packing.h"
#include "limn/core/precision.h"
#include "limn/core/safetensors.h"
#include "limn/core/safetensors_writer.h"
#include "limn/core/shape.h"
#include "limn/core/tensor.h"
#include "limn/core/threads.h"
