// Everything in limn/data; made by `make umbrellas`.
#pragma once

#include "limn/data/batch.h"
#include "limn/data/captions.h"
#include "limn/data/feature_file.h"
#include "limn/data/feature_writer.h"
#include "limn/data/image_loader.h"
#include "limn/data/photo_folder.h"
#include "limn/data/photo_names.h"
#include "limn/data/shapes.h"
