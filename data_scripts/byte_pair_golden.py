#!/usr/bin/env python3
"""Byte pair encoding by the definition, for tests/golden/tokenizer/byte_pair.json (pip install regex).

    python3 byte_pair_golden.py > tests/golden/tokenizer/byte_pair.json

Random texts, the chunks that GPT-2's pattern finds in them, the merges learnt from these (always the most frequent pair; of
equally frequent ones the first in order of its UTF-8), and the pieces of each text, found as GPT-2's encoder.py does.
"""
import collections
import json
import random

import regex

PATTERN = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
GLUED = (
    "a dog runs through the snow |The dogs' ball|It's |they're |we'll | I'T|  |\n|\t|\u00a0|\u3000|\x85|\x1c|\u200b|'|é|e\u0301|中文|"
    "5|½|Ⅳ|²|٣|.|!?|😀|-|_|<|ʰ|\u0903|\u2028|\0|aaaa|abab"
).split("|")
MERGES = 200


def written_bytes():
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


BYTES = written_bytes()


def chunks(text):
    return ["".join(BYTES[byte] for byte in chunk.encode()) for chunk in PATTERN.findall(text)]


def merged(pieces, pair):
    result, i = [], 0
    while i < len(pieces):
        both = tuple(pieces[i : i + 2]) == pair
        result.append("".join(pair) if both else pieces[i])
        i += 2 if both else 1
    return result


def learn(texts):
    words = collections.Counter(chunk for text in texts for chunk in chunks(text))
    split = {word: list(word) for word in words}
    merges, known = [], set(BYTES.values())
    while len(merges) < MERGES:
        pairs = collections.Counter()
        for word, count in words.items():
            for pair in zip(split[word], split[word][1:]):
                pairs[pair] += count
        order = lambda pair: (-pairs[pair], pair[0].encode(), pair[1].encode())
        best = min((pair for pair in pairs if pairs[pair] > 1 and "".join(pair) not in known), key=order, default=None)
        if best is None:
            break
        merges.append(best)
        known.add("".join(best))
        split = {word: merged(pieces, best) for word, pieces in split.items()}
    return merges


def encode(text, ranks):
    result = []
    for chunk in chunks(text):
        pieces = list(chunk)
        while pairs := [pair for pair in zip(pieces, pieces[1:]) if pair in ranks]:
            pieces = merged(pieces, min(pairs, key=ranks.get))
        result.extend(pieces)
    return result


def main():
    generator = random.Random(1)
    texts = ["".join(generator.choices(GLUED, k=generator.randrange(12))) for _ in range(200)]
    merges = learn(texts)
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    rows = [{"text": text, "chunks": PATTERN.findall(text), "pieces": encode(text, ranks)} for text in texts]
    print(json.dumps({"merges": [" ".join(pair) for pair in merges], "texts": rows}, ensure_ascii=True))


if __name__ == "__main__":
    main()
