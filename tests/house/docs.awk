# Checks Markdown pages: code after "<!-- from FILE -->" stands in FILE word for word; paths in
# backquotes and relative links exist. Run from the root: awk -f docs.awk PAGE...

function report(text) {
  print FILENAME ":" FNR ": " text
  failures++
}

function exists(path) { return system("test -e '" path "'") == 0 }

function contents(path,    line, text) {
  text = "\n"
  while ((getline line < path) > 0) text = text line "\n"
  close(path)
  return text
}

# Calls check_path with every match of `pattern` in the line, less its first `skip` characters and
# its last.
function each(pattern, skip,    rest) {
  rest = $0
  while (match(rest, pattern)) {
    check_path(substr(rest, RSTART + skip, RLENGTH - skip - 1), skip)
    rest = substr(rest, RSTART + RLENGTH)
  }
}

function check_path(path, skip,    place) {
  sub(/#.*/, "", path)
  place = FILENAME
  if (path == "" || path ~ /^[a-z]+:/) return
  if (skip == 2 && sub(/[^\/]*$/, "", place)) path = place path
  if (!exists(path)) report("\"" path "\" does not exist")
}

FNR == 1 { source = ""; in_code = 0 }

/^```/ {
  if (in_code && source != "" && index(contents(source), "\n" code) == 0)
    report("this code is not in " source " word for word")
  if (in_code) source = ""
  in_code = !in_code
  code = ""
  next
}

in_code { code = code $0 "\n"; next }

/^<!-- from .* -->$/ { source = $3 }

{
  each("`(include|lib|tests|examples|data_scripts|docs|\\.ci)/[A-Za-z0-9_./-]*`", 1)
  each("\\]\\([^ )]*\\)", 2)
}

END { exit failures > 0 }
