# Reads the #include lines of include/limn and lib and reports those that DESIGN forbids: an arrow
# upward or sideways, a third-party header in a public one or outside the folder whose job it is.
# Run from the root: awk -f layers.awk FILE...   Status 1 when there was something to report.

BEGIN {
  rank["core"] = 0
  rank["kernels"] = 1
  rank["autograd"] = 2
  rank["ops"] = 3
  rank["nn"] = rank["optim"] = rank["text"] = rank["vision"] = rank["metrics"] = 4
  rank["data"] = rank["encoders"] = 5
  rank["decode"] = 6
  rank["models"] = 7
  rank["train"] = 8
  rank["cli"] = 9

  # The brackets of the list: what these folders know of row 4 (metrics: of its own row).
  bracket["metrics"] = "text"
  bracket["data"] = "text vision"
  bracket["encoders"] = "nn vision"
  bracket["decode"] = ""
  shared["limn/nn/features.h"]  # declared in nn so that data, decode and models share it

  home["Eigen"] = home["immintrin.h"] = "kernels"
  home["stb_image.h"] = home["stb_image_write.h"] = "vision"
  home["utf8proc.h"] = home["unicode"] = "text"
  home["turbojpeg.h"] = home["jpeglib.h"] = "vision"
  home["nlohmann"] = "core data"
  home["CLI"] = home["httplib.h"] = "cli"
  home["mpi.h"] = "train"
}

function report(text) {
  print FILENAME ":" FNR ": " text
  failures++
}

function has(words, word) { return index(" " words " ", " " word " ") > 0 }

# Whether `folder` may include `path`, which lies in folder `other`.
function allowed(folder, other, path) {
  if (folder == other) return 1
  if (rank[other] == 4 && rank[folder] < 7 && (folder in bracket))
    return has(bracket[folder], other) || (path in shared && rank[folder] > 4)
  return rank[other] < rank[folder]
}

function check_own(path,    parts, other) {
  if (path == "limn/version.h") return
  split(path, parts, "/")
  other = parts[1] == "limn" ? parts[2] : parts[1]
  if (public && parts[1] != "limn")
    return report("public header includes the private \"" path "\"")
  if (!(other in rank))
    return report("\"" path "\" is in no folder of the list; include narrowly, from the root")
  if (!allowed(folder, other, path)) report(folder " may not include \"" path "\"")
}

function check_foreign(path,    name) {
  if (public && path ~ /[.\/]/)
    return report("public header includes <" path ">; only the standard library may be")
  name = path
  sub(/\/.*/, "", name)
  if ((name in home) && !has(home[name], folder))
    report("<" path "> belongs to " home[name] " alone; " folder " includes it")
}

FNR == 1 {
  files++
  count = split(FILENAME, parts, "/")
  public = parts[1] == "include"
  folder = public ? parts[3] : parts[2]
  umbrella = public && count == 3  # limn/FOLDER.h and limn/limn.h: lists for users
  if (!umbrella && !(folder in rank)) report("folder " folder " is not in the list")
}

!umbrella && /^[ \t]*#[ \t]*include/ {
  path = $0
  gsub(/^[^<"]*[<"]|[>"].*$/, "", path)
  if ($0 ~ /"/) check_own(path); else check_foreign(path)
}

END {
  if (!failures) print files + 0 " files keep to the layers"
  exit failures > 0 || files == 0
}
