#!/bin/sh
# printed.sh accepts what is printed, and nothing else.
set -u
here=$(cd "$(dirname "$0")" && pwd)
page=$(mktemp)
trap 'rm -f "$page"' EXIT
printf 'Text\n```\nother\n```\n<!-- printed by us -->\n```\none\n  two\n```\n```\nmore\n```\n' > "$page"
failures=0

# expect STATUS NAME OUTPUT: of a command that prints OUTPUT.
expect() {
  sh "$here"/printed.sh "$page" "$2" printf "$3" > /dev/null && status=0 || status=$?
  [ $status -eq "$1" ] && return
  echo "$2 with \"$3\": wanted status $1, came $status"
  failures=$((failures + 1))
}

expect 0 us 'one\n  two\n'
expect 0 us 'before\none\n  two\nafter\n'
expect 1 us 'one\ntwo\n'
expect 1 us 'one\n  two and more\n'
expect 1 us 'one\n'
expect 1 them 'one\n  two\n'
[ $failures -eq 0 ] && echo "what is printed is told from what is not"
