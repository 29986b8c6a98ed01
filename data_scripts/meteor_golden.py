#!/usr/bin/env python3
"""Cuts tests/golden/meteor out of what the official METEOR 1.5 gave: alignments.json and stem.tsv in FOLDER.

    python3 meteor_golden.py FOLDER tests/golden/meteor

alignments.json: the pairs made by hand and a fifth of the captions, a pair a line; what each key means is in the README
of FOLDER. A match is [module, reference start, length, hypothesis start, length]. stem.tsv: a third of the words.
"""
import json
import pathlib
import sys

HAND_MADE = 74
KEYS = ["hypothesis", "reference", "hypothesis_words", "reference_words", "hypothesis_function_words",
        "reference_function_words", "candidates", "matches", "chunks", "statistics", "score"]


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    pairs = json.loads((source / "alignments.json").read_text(encoding="utf-8"))
    pairs = pairs[:HAND_MADE] + pairs[HAND_MADE::5]
    for pair in pairs:
        pair["statistics"] = [int(number) for number in pair["statistics"]]
    rows = (json.dumps({key: pair[key] for key in KEYS}, ensure_ascii=False, separators=(",", ":")) for pair in pairs)
    (target / "alignments.json").write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    stems = (source / "stem.tsv").read_bytes().split(b"\n")[:-1]
    (target / "stem.tsv").write_bytes(b"".join(line + b"\n" for line in stems[::3]))


if __name__ == "__main__":
    main()
