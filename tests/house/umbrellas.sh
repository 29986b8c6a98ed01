#!/bin/sh
# umbrellas.sh DIRECTORY [--check]: writes DIRECTORY/FOLDER.h, a list of the public headers of each
# FOLDER, and DIRECTORY/limn.h, the list of these. With --check, changes nothing and fails when a
# list is not what it should be.
set -eu
cd "$1"
check=${2:-}
status=0

# put FILE TITLE HEADER...
put() {
  file=$1
  text=$(printf '// %s; made by `make umbrellas`.\n#pragma once\n\n' "$2"
    shift 2
    printf '#include "limn/%s"\n' "$@")
  if [ -z "$check" ]; then
    printf '%s\n' "$text" > "$file"
  elif [ "$(cat "$file" 2>/dev/null)" != "$text" ]; then
    echo "limn/$file does not list all headers, and only them; run: make umbrellas"
    status=1
  fi
}

folders=$(find . -mindepth 1 -maxdepth 1 -type d | sed 's|^\./||' | LC_ALL=C sort)
for folder in $folders; do
  put "$folder.h" "Everything in limn/$folder" $(find "$folder" -name '*.h' | LC_ALL=C sort)
done
put limn.h "All of limn" $(printf '%s.h\n' $folders) version.h
exit $status
