// Everything in limn/train; made by `make umbrellas`.
#pragma once

#include "limn/train/caption_page.h"
#include "limn/train/comparison.h"
#include "limn/train/demo.h"
#include "limn/train/evaluate.h"
#include "limn/train/extract_features.h"
#include "limn/train/feature_source.h"
#include "limn/train/likelihood.h"
#include "limn/train/objective.h"
#include "limn/train/photo.h"
#include "limn/train/recipe.h"
#include "limn/train/recipe_search.h"
#include "limn/train/report.h"
#include "limn/train/reward.h"
#include "limn/train/scheduled_sampling.h"
#include "limn/train/self_critical.h"
#include "limn/train/trainer.h"
