#!/usr/bin/env python3
"""What the official evaluation takes, for a comparison with `limn evaluate`.

    pip install pycocoevalcap            # and Java, for its tokeniser and METEOR
    python3 data_scripts/time_pycocoevalcap.py REFERENCES.json RESULTS.json [--without-meteor]

prints the scores and the seconds of the whole process, start included. SPICE is left out.
"""
import argparse
import json
import resource
import time

start = time.monotonic()


def captions_by_image(entries):
    result = {}
    for entry in entries:
        result.setdefault(entry["image_id"], []).append({"caption": entry["caption"]})
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("references", help="COCO caption file")
    parser.add_argument("results", help="COCO result file")
    parser.add_argument("--without-meteor", action="store_true")
    options = parser.parse_args()

    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.meteor.meteor import Meteor
    from pycocoevalcap.rouge.rouge import Rouge
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    with open(options.results, encoding="utf-8") as file:
        results = captions_by_image(json.load(file))
    with open(options.references, encoding="utf-8") as file:
        references = captions_by_image(json.load(file)["annotations"])
    references = {image: references[image] for image in results}
    references = PTBTokenizer().tokenize(references)
    results = PTBTokenizer().tokenize(results)

    scorers = [("BLEU", Bleu(4)), ("ROUGE-L", Rouge()), ("CIDEr-D", Cider())]
    if not options.without_meteor:
        scorers.append(("METEOR", Meteor()))
    for name, scorer in scorers:
        print(name, scorer.compute_score(references, results)[0])
    mine = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{len(results)} images in {time.monotonic() - start:.1f} s; largest process "
          f"{max(mine.ru_maxrss, children.ru_maxrss) // 1024} MiB")


if __name__ == "__main__":
    main()
