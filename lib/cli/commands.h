// The subcommands of the program, a source file each.
#pragma once

#include "cli/program.h"

namespace limn::cli {

void define_demo(Program& program);
void define_features(Program& program);
void define_train(Program& program);
void define_caption(Program& program);
void define_evaluate(Program& program);
void define_score(Program& program);
void define_info(Program& program);

}  // namespace limn::cli
