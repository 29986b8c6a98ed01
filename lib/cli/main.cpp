// limn: trains and runs neural image captioners.
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/idle_threads.h"
#include "limn/core/cpu.h"

int main(int argc, char** argv) {
  using namespace limn;
  cli::let_idle_threads_sleep(argv);
  return cli::guarded([&] {
    check_cpu();
    cli::Program program;
    cli::define_demo(program);
    cli::define_features(program);
    cli::define_train(program);
    cli::define_caption(program);
    cli::define_evaluate(program);
    cli::define_score(program);
    cli::define_info(program);
    return program.run({argv + 1, argv + argc});
  });
}
