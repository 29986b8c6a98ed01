#!/bin/sh
# umbrellas.sh writes complete lists, and --check notices a header that was added or removed.
set -eu
script=$(cd "$(dirname "$0")" && pwd)/umbrellas.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree"/core "$tree"/ops
touch "$tree"/core/tensor.h "$tree"/core/shape.h "$tree"/ops/linear.h

fail() { echo "$1"; exit 1; }
sh "$script" "$tree" --check >/dev/null && fail "absent lists were called complete"
sh "$script" "$tree"
sh "$script" "$tree" --check || fail "lists just written were called incomplete"
grep -q '"limn/core/shape.h"' "$tree"/core.h || fail "core.h lacks shape.h"
grep -q '"limn/ops.h"' "$tree"/limn.h || fail "limn.h lacks ops.h"
touch "$tree"/ops/conv2d.h
sh "$script" "$tree" --check >/dev/null && fail "an added header was not noticed"
rm "$tree"/ops/conv2d.h "$tree"/core/shape.h
sh "$script" "$tree" --check >/dev/null && fail "a removed header was not noticed"
echo "umbrella lists are kept complete"
