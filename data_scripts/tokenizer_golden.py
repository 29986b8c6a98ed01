#!/usr/bin/env python3
"""Random captions with the official PTB tokeniser's words, for tests/golden/tokenizer/random.tsv (needs Java).

    python3 tokenizer_golden.py stanford-corenlp-3.4.1.jar > tests/golden/tokenizer/random.tsv

The jar comes with pycocoevalcap (pip) in its folder tokenizer/. Lines are `raw TAB tokens`, made as the COCO evaluation
makes them: the jar with -preserveLines -lowerCase, then the removal list. Every caption stands between two lines "a dog".
"""
import random
import re
import subprocess
import sys
import tempfile

REMOVED = "'' ' `` ` -LRB- -RRB- -LCB- -RCB- . ? ! , : - -- ... ;".split()
LINES_OF_EACH_KIND = 50

WORDS = "a A the The man dog Dog DOG riding café naïve Ürün собака 狗 wave table's women's can't isn't I'm 12 1999 7:30 1,000 1/2"
# What random captions are glued from; ␠ is a blank. A blank follows some of the pieces of "sentence" and "mixed".
KINDS = {
    "sentence": WORDS + " two people of in at . , ; : ! ? ' \" ( ) [ ] - -- ... … – — “ ” ‘ ’ & @ # $ % * / \\ + = ~ ^ _ | ™ ½ € £ °",
    "mixed": WORDS + " U.S U.S. p.m. Mr St. etc. no. x.com http:// AT&T C++ :) '98 90s pro- -LRB- <b> &amp; &quot; &lt; &nbsp; 's n't"
    " . , ; : ! ? ' \" ( ) [ ] { } - -- ... < > @ # $5 % * / + é Σ ٣ ² ₂ Ⅳ 😀 ★ → \u00a0 \u00ad \u200b \u2011 \u3000 \u0301",
    "apostrophes": "' ' ’ ` ‘ ‛ &apos; s t n n't 's re ll d l o O D L Mc em til 90s 98 cause mon c e a er am ma y all was is clock"
    " Brien 5 ol somethin A twas - . , ␠ ␠",
    "abbreviations": "Mr. Mrs Dr. St. Ave Jr. Inc. Co Ltd Blvd. Prof. Capt etc. vs Ph.D. Jan. Sept Thurs. Calif. Mass mass. La. Wash est"
    " ext sq. ft. al no. no nos. fig. p. pp art ca. U.S. U.K a.k.a. p.m B. A x. é US oz. lb Sat. May Canada-U.S U.S.-U.K Treas. 5 5th"
    " C++ x.com file.jpg . . , ; ) / 's - ... ? The A He, 5 <b> ␠ ␠ ␠ ␠",
    "compounds": "a b A 5 55 - - / / _ & &amp; + é . , AT U.S U.S. \u2011 \u058a \u00ad \\/ and x * pro- anti- -- C# c++ S&Ls d' o'b 's ␠",
    "numbers": "5 55 555 5555 12 ( (55) (555) ) + ++ - - - . / , : \\/ 1/2 x ½ $ % th a ' \" \u00a0 ° € ␠ ␠",
    "markup": "< > <b </b ␠c =\"x\" ='y' = \" ' / ! ? - _c :d a B 5 . -- > <!-- --> ␠x &lt; &gt; &QUOT; &eacute; &#39; ␠",
    "addresses": "http:// https:// www. .com .org .net . / x abc A 5 ~ ? = & % # , ; { } | ! - _ @ ( ) a@b .uk ' \" é $ < > : @x ␠",
    "faces": ": ; = 8 - o * ' ( ) D P p O \\ { @ | [ ] < > ^ _ x ~ . a 5 :-) :( ␠ ␠",
    "dots": ". . . .. ... …  a A 5 ? ! , - ␠ ␠ ' ) x. \u00a0",
}


def captions(kind, generator):
    pieces = [piece.replace("␠", " ") for piece in KINDS[kind].split(" ") if piece]
    spaced = kind in ("sentence", "mixed")
    for _ in range(LINES_OF_EACH_KIND):
        count = generator.randrange(1, 16 if spaced else 10)
        text = "".join(
            generator.choice(pieces) + (" " if spaced and generator.random() < 0.6 else "") for _ in range(count)
        )
        yield re.sub(r"[\n\t]", " ", text)


def tokens(jar, lines):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", suffix=".txt") as file:
        file.write("".join(f"{line}\na dog\n" for line in lines))
        file.flush()
        command = ["java", "-Dfile.encoding=UTF-8", "-cp", jar, "edu.stanford.nlp.process.PTBTokenizer"]
        run = subprocess.run([*command, "-preserveLines", "-lowerCase", file.name], capture_output=True, check=True)
    found = run.stdout.decode("utf-8").split("\n")[:-1]
    assert len(found) == 2 * len(lines) and set(found[1::2]) == {"a dog"}
    return [" ".join(word for word in line.split(" ") if word and word not in REMOVED) for line in found[::2]]


def main():
    generator = random.Random(1)
    lines = [line for kind in KINDS for line in captions(kind, generator)]
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for line, words in zip(lines, tokens(sys.argv[1], lines), strict=True):
        print(f"{line}\t{words}")


if __name__ == "__main__":
    main()
