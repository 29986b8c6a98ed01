#!/usr/bin/env python3
"""Scores captions with the official Python of coco-caption, for tests/golden/scores (pip install pycocoevalcap).

    python3 score_captions.py coco CAPTIONS.json TOKENS.tsv > tests/golden/scores/coco.json
    python3 score_captions.py odd > tests/golden/scores/odd.json

coco: 150 images of CAPTIONS.json (COCO's annotations; captions_val2017.json) as tokenised in TOKENS.tsv (a line for each
annotation: raw TAB tokens): the first ones by image id, after those with a no-break space in a token. Hypothesis: the
first caption by annotation id; references: the others. odd: captions that no tokeniser makes.
"""
import collections
import json
import sys

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge

ODD = [
    ("", ["a dog", "a cat on a mat"]),
    ("", ["", "a dog"]),
    ("a", ["a"]),
    ("a dog", [""]),
    ("a dog runs", ["a dog runs"]),
    ("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]),
    ("a man a man a man a man a man", ["a man rides a man"] * 3),
    ("two  blanks inside", ["two blanks inside", "two  blanks"]),
    (" a blank before", ["a blank before ", "a blank before"]),
    ("22\u00a03/4 street", ["22 3/4 street", "22\u00a03/4 street sign"]),
    ("tab\tand\u3000wide\u2003blanks", ["tab and wide blanks", "tab\tand wide\u2003blanks"]),
    ("zero\u200bwidth is no blank", ["zero width is no blank", "zero\u200bwidth is no blank"]),
    ("ein hübsches mädchen 一 只 狗", ["ein hübscher hund 一 只 狗", "狗 只 一"]),
    (" ".join(f"w{i % 7}" for i in range(200)), [" ".join(f"w{i % 11}" for i in range(150)), "w1 w2 w3"]),
    ("none of these words", ["occurs in its reference", "at all"]),
]


def coco(captions_path, tokens_path):
    annotations = json.load(open(captions_path, encoding="utf-8"))["annotations"]
    with open(tokens_path, encoding="utf-8", newline="\n") as file:
        tokens = [line.rstrip("\n").split("\t")[1] for line in file]
    images = collections.defaultdict(list)
    for annotation, caption in sorted(zip(annotations, tokens, strict=True), key=lambda pair: pair[0]["id"]):
        images[annotation["image_id"]].append(caption)
    plain = lambda id: not any("\u00a0" in caption for caption in images[id])
    ids = sorted(images, key=lambda id: (plain(id), id))[:150]
    return {id: (images[id][0], images[id][1:]) for id in ids}


def score(images):
    references = {id: pair[1] for id, pair in images.items()}
    hypotheses = {id: [pair[0]] for id, pair in images.items()}
    bleu, bleus = Bleu(4).compute_score(references, hypotheses, verbose=0)
    rouge, rouges = Rouge().compute_score(references, hypotheses)
    cider, ciders = Cider().compute_score(references, hypotheses)
    rows = [
        {"hypothesis": hypothesis, "references": refs, "scores": [float(score) for score in scores]}
        for (hypothesis, refs), *scores in zip(images.values(), *bleus, rouges, ciders, strict=True)
    ]
    return {"corpus": [float(value) for value in (*bleu, rouge, cider)], "images": rows}


def main():
    images = coco(*sys.argv[2:]) if sys.argv[1] == "coco" else dict(enumerate(ODD))
    result = score(images)
    print('{"metrics": ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr-D"],')
    print(f'"corpus": {json.dumps(result["corpus"])},\n"images": [')
    print(",\n".join(json.dumps(row, ensure_ascii=False) for row in result["images"]) + "\n]}")


if __name__ == "__main__":
    main()
