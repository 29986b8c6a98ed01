// limn: trains and runs neural image captioners.
#include <CLI/CLI.hpp>

#include "limn/version.h"

int main(int argc, char** argv) {
  CLI::App app("limn trains and runs neural image captioners.");
  app.set_version_flag("--version", "limn " LIMN_VERSION);
  CLI11_PARSE(app, argc, argv);
  return 0;
}
