#!/bin/sh
# docs.sh ROOT: checks the pages of ROOT with docs.awk.
set -eu
awk_file=$(cd "$(dirname "$0")" && pwd)/docs.awk
cd "$1"
awk -f "$awk_file" *.md docs/*.md $(find docs -mindepth 2 -name '*.md' | sort)
