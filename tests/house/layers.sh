#!/bin/sh
# layers.sh ROOT: checks every source of ROOT/include and ROOT/lib against layers.awk.
set -eu
awk_file=$(cd "$(dirname "$0")" && pwd)/layers.awk
cd "$1"
awk -f "$awk_file" $(find include lib -name "*.h" -o -name "*.cpp" | LC_ALL=C sort)
