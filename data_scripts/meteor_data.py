#!/usr/bin/env python3
"""Converts METEOR 1.5's own data for English into the one file that limn maps: docs/formats.md, "METEOR's data".

    pip install pycocoevalcap
    python3 meteor_data.py [FOLDER] [--out FILE]

FOLDER: where meteor-1.5.jar and data/paraphrase-en.gz are; default: the folder `meteor` of the installed package
pycocoevalcap. FILE: default $LIMN_METEOR_DATA, else $XDG_DATA_HOME/limn/meteor-en.bin (~/.local/share/limn/…), where limn
looks for it. Takes a minute and 0.7 GB of memory, once. WordNet's licence is in the jar, METEOR's is the LGPL.
"""
import argparse
import array
import gzip
import importlib.util
import os
import pathlib
import struct
import sys
import tempfile
import zipfile
import zlib

MAGIC, VERSION = b"limnMETE", 1
HEADER = struct.Struct("<8sIIQQ")  # magic, version, sections, bytes of the file, checksum
FUNCTION_WORD, PREFIX, PREFIX_OF_NUMBERS = 1, 2, 4


class FormatError(Exception):
    pass


def pairs(name, text):
    """Entries of two lines: (first, words of the second)."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if len(lines) % 2:
        raise FormatError(f"{name}: entries of two lines were expected; got {len(lines)} lines")
    return [(lines[i], lines[i + 1].split()) for i in range(0, len(lines), 2)]


def flags_of(function_words, prefixes):
    flags = {word: FUNCTION_WORD for word in function_words.split()}
    for line in prefixes.split("\n"):
        word, *rest = line.split() or [""]
        if word and not word.startswith("#"):
            flags[word] = flags.get(word, 0) | (PREFIX_OF_NUMBERS if rest == ["#NUMERIC_ONLY#"] else PREFIX)
    return flags


def read_paraphrases(file):
    """Phrases in order of appearance, and the two sides of each entry as their numbers."""
    phrases, sides = {}, (array.array("I"), array.array("I"))
    kind = 0
    for line in file:
        if kind > 0:
            sides[kind - 1].append(phrases.setdefault(" ".join(line.split()), len(phrases)))
        kind = (kind + 1) % 3
    if kind:
        raise FormatError("paraphrases: entries of three lines were expected; the last one is cut short")
    return list(phrases), *sides


class Trie:
    """Phrases as paths of words; nodes in order of depth, then of their words. Node 0 is the root."""

    def __init__(self, phrases, ids):
        words, children = [array.array("I", [0])], [array.array("I", [0])]  # of each depth
        nodes = array.array("Q", bytes(8 * len(phrases)))  # depth << 32 | place in it
        path = []
        for phrase in sorted(range(len(phrases)), key=phrases.__getitem__):
            new = phrases[phrase].split(" ")
            same = 0
            while same < min(len(path), len(new)) and path[same] == new[same]:
                same += 1
            for depth in range(same + 1, len(new) + 1):
                while len(words) <= depth + 1:
                    words.append(array.array("I"))
                    children.append(array.array("I"))
                words[depth].append(ids[new[depth - 1]])
                children[depth].append(len(words[depth + 1]))
            path = new
            nodes[phrase] = len(new) << 32 | len(words[len(new)]) - 1
        starts = [0]
        for level in words:
            starts.append(starts[-1] + len(level))
        self.nodes = array.array("I", (starts[node >> 32] + (node & 0xFFFFFFFF) for node in nodes))
        self.words, self.children = array.array("I"), array.array("I")
        for depth, level in enumerate(words):
            self.words += level
            self.children.extend(starts[depth + 1] + child for child in children[depth])
        self.children.append(len(self.words))


def grouped(count, keys, values):
    """values in order of their keys in [0, count): where each key's begin, and all of them."""
    begins = array.array("I", bytes(4 * (count + 1)))
    for key in keys:
        begins[key + 1] += 1
    for key in range(count):
        begins[key + 1] += begins[key]
    places = begins[:]
    result = array.array("I", bytes(4 * len(keys)))
    for key, value in zip(keys, values, strict=True):
        result[places[key]] = value
        places[key] += 1
    return begins, result


def string_table(words):
    begins, text = array.array("I", [0]), bytearray()
    for word in words:
        text += word
        begins.append(len(text))
    return begins, text


def sections_of(synsets, exceptions, flags, phrases, firsts, seconds):
    table = {word for phrase in phrases for word in phrase.split(" ")}
    table.update(flags, (word for word, _ in synsets), (base for base, _ in exceptions))
    table.update(form for _, forms in exceptions for form in forms)
    words = sorted(word.encode() for word in table)
    ids = {word.decode(): i for i, word in enumerate(words)}
    yield from string_table(words)
    yield bytes(flags.get(word.decode(), 0) for word in words)
    listed = [(ids[word], int(synset)) for word, ids_of_word in synsets for synset in ids_of_word]
    yield from grouped(len(words), *zip(*listed)) if listed else grouped(len(words), [], [])
    listed = [(ids[form], ids[base]) for base, forms in exceptions for form in forms]
    yield from grouped(len(words), *zip(*listed)) if listed else grouped(len(words), [], [])
    trie = Trie(phrases, ids)
    yield trie.words
    yield trie.children
    nodes = trie.nodes
    yield from grouped(len(trie.words), [nodes[i] for i in firsts], (nodes[i] for i in seconds))


def little_endian(section):
    if isinstance(section, array.array) and sys.byteorder == "big":
        section.byteswap()
    return bytes(section)


def write(path, sections):
    sections = [little_endian(section) for section in sections]
    table, place = [], HEADER.size + 16 * len(sections)
    for section in sections:
        table.append(struct.pack("<QQ", place, len(section)))
        place += len(section) + -len(section) % 8
    body = b"".join(table) + b"".join(section + b"\0" * (-len(section) % 8) for section in sections)
    checksum = sum(memoryview(body).cast("I")) if sys.byteorder == "little" else sum(
        word for (word,) in struct.iter_unpack("<I", body))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(HEADER.pack(MAGIC, VERSION, len(sections), place, checksum % 2**64) + body)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
    return place


def default_folder():
    package = importlib.util.find_spec("pycocoevalcap")
    if package is None:
        raise FileNotFoundError("pycocoevalcap is not installed: pip install pycocoevalcap, or name its folder `meteor`")
    return pathlib.Path(package.submodule_search_locations[0]) / "meteor"


def default_out():
    if os.environ.get("LIMN_METEOR_DATA"):
        return pathlib.Path(os.environ["LIMN_METEOR_DATA"])
    data = os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local" / "share"
    return pathlib.Path(data) / "limn" / "meteor-en.bin"


def convert(folder, out):
    with zipfile.ZipFile(folder / "meteor-1.5.jar") as jar:
        text = lambda name: jar.read(name).decode("utf-8")
        synsets = pairs("english.synsets", text("synonym/english.synsets"))
        exceptions = pairs("english.exceptions", text("synonym/english.exceptions"))
        flags = flags_of(text("function/english.words"), text("nonbreaking/english.prefixes"))
    with gzip.open(folder / "data" / "paraphrase-en.gz", "rt", encoding="utf-8", newline="\n") as file:
        phrases, firsts, seconds = read_paraphrases(file)
    print(f"{len(synsets)} words with synsets, {len(firsts)} paraphrases of {len(phrases)} phrases", flush=True)
    size = write(out, sections_of(synsets, exceptions, flags, phrases, firsts, seconds))
    print(f"{out}: {size / 1e6:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path, help="where meteor-1.5.jar is")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    try:
        convert(options.folder or default_folder(), options.out or default_out())
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error, FormatError) as error:
        sys.exit(f"meteor_data: {error}")


if __name__ == "__main__":
    main()
