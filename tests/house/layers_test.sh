#!/bin/sh
# layers.sh finds what is planted in a small tree, and only that.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/include/limn/ops "$tree"/include/limn/nn "$tree"/lib
failures=0

# expect TEXT FILE INCLUDE: a FILE with that include is reported with TEXT, or, when TEXT is empty,
# not at all.
expect() {
  mkdir -p "$tree/$(dirname "$2")"
  printf '#include <vector>\n  #include %s\n' "$3" > "$tree/$2"
  said=$(sh "$here"/layers.sh "$tree") && status=0 || status=$?
  if [ -z "$1" ]; then wanted=0; else wanted=1; fi
  case "$said" in *"$1"*) found=1 ;; *) found=0 ;; esac
  if [ $status -ne $wanted ] || [ $found -eq 0 ]; then
    echo "$2 with $3: wanted '$1', came (status $status): $said"
    failures=$((failures + 1))
  fi
  rm "$tree/$2"
}

expect 'include/limn/ops/a.h:2: ops may not include "limn/nn/b.h"' include/limn/ops/a.h '"limn/nn/b.h"'
expect '"limn/layers/x.h" is in no folder of the list' lib/core/a.cpp '"limn/layers/x.h"'
expect 'vision may not include "limn/text/b.h"' lib/vision/a.cpp '"limn/text/b.h"'
expect 'text may not include "limn/metrics/b.h"' lib/text/a.cpp '"limn/metrics/b.h"'
expect '' lib/metrics/a.cpp '"limn/text/b.h"'
expect 'metrics may not include "limn/nn/features.h"' lib/metrics/a.cpp '"limn/nn/features.h"'
expect '' lib/data/a.cpp '"limn/nn/features.h"'
expect 'data may not include "limn/nn/module.h"' lib/data/a.cpp '"limn/nn/module.h"'
expect '' lib/data/a.cpp '"limn/vision/b.h"'
expect 'encoders may not include "limn/data/b.h"' lib/encoders/a.cpp '"limn/data/b.h"'
expect '' lib/encoders/a.cpp '"limn/nn/module.h"'
expect 'decode may not include "limn/models/b.h"' lib/decode/a.cpp '"limn/models/b.h"'
expect '' lib/models/a.cpp '"limn/optim/b.h"'
expect '' lib/train/a.cpp '"train/b.h"'
expect 'public header includes the private "core/check.h"' include/limn/nn/a.h '"core/check.h"'
expect 'public header includes <fmt/format.h>' include/limn/nn/a.h '<fmt/format.h>'
expect '' lib/nn/a.cpp '<fmt/format.h>'
expect '<Eigen/Core> belongs to kernels alone; ops includes it' lib/ops/a.cpp '<Eigen/Core>'
expect 'folder misc is not in the list' lib/misc/a.cpp '<vector>'
[ $failures -eq 0 ] && echo "all planted includes were judged rightly"
