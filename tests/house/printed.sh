#!/bin/sh
# printed.sh PAGE NAME COMMAND...: the code after "<!-- printed by NAME -->" in PAGE is in what
# COMMAND prints, word for word.
set -eu
page=$1
name=$2
shift 2
shown=$(awk -v mark="<!-- printed by $name -->" '
  $0 == mark { found = 1 }
  /^```/ { if (in_code) exit; in_code = found; next }
  in_code' "$page")
printed=$("$@")
if [ -z "$shown" ]; then
  echo "$page: no code follows \"<!-- printed by $name -->\""
  exit 1
fi
case "
$printed
" in
  *"
$shown
"*) ;;
  *)
    echo "$page: what is \"printed by $name\" there is not in what it prints now:"
    printf '%s\n' "$printed"
    exit 1
    ;;
esac
