#!/bin/sh
# docs.sh finds what is planted in a small page, and only that.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/docs "$tree"/lib
printf 'int one();\nint two();\n' > "$tree"/lib/a.cpp
printf '# Other\n' > "$tree"/README.md
failures=0

# expect TEXT PAGE: the page is reported with TEXT; empty TEXT: it is not reported.
expect() {
  printf "$2" > "$tree"/docs/page.md
  said=$(sh "$here"/docs.sh "$tree") && status=0 || status=$?
  if [ -z "$1" ]; then wanted=0; else wanted=1; fi
  case "$said" in *"$1"*) found=1 ;; *) found=0 ;; esac
  if [ $status -ne $wanted ] || [ $found -eq 0 ]; then
    echo "$2: wanted '$1', came (status $status): $said"
    failures=$((failures + 1))
  fi
}

expect '' 'See `lib/a.cpp`, [that](../README.md#top) and [this](https://example.org/x).\n'
expect 'docs/page.md:2: "lib/b.cpp" does not exist' '\nSee `lib/b.cpp`.\n'
expect '"docs/none.md" does not exist' 'A [link](none.md).\n'
expect '' '<!-- from lib/a.cpp -->\n```cpp\nint two();\n```\n'
expect 'this code is not in lib/a.cpp word for word' '<!-- from lib/a.cpp -->\n```cpp\nint three();\n```\n'
expect '' '```cpp\nint three(); // [no](link)\n```\n'

# Pages in folders are checked too, and their links start where they are.
mkdir "$tree"/docs/deep
printf 'See [there](../page.md), [here](page.md) and [that](lib/a.cpp).\n' > "$tree"/docs/deep/page.md
expect 'docs/deep/page.md:1: "docs/deep/lib/a.cpp" does not exist' '\n'
[ $failures -eq 0 ] && echo "all planted mistakes of pages were found"
