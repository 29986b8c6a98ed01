#!/usr/bin/env python3
"""A GPT-2 in the layout in which transformers publishes it, tiny and untrained, with what it computes (pip install numpy).

    python3 tiny_gpt2.py tests/golden/gpt2

writes model.safetensors (with the causal masks that older files hold), config.json, vocab.json, merges.txt, and in
reference.safetensors the ids of a text and the logits after each of them. Weights depend on their names alone.
"""
import json
import os
import sys
import zlib

import numpy as np

from cut_golden import write

WIDTH, HEADS, LAYERS, POSITIONS = 16, 4, 2, 32
MERGES = "t h;Ġ a;th e;Ġ the;Ġ d;o g;Ġd og;Ġ r;u n;Ġr un;Ġrun s;Ġ th;o w;Ġ s;n ow;Ġs now;Ġth r;o u;g h;ou gh;Ġthr ough".split(";")
TEXT, END = "a dog runs through the snow", "<|endoftext|>"


def bytes_in_order():
    """How each byte is written, in the order of GPT-2's ids."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}


def encode(text):
    """Of a text without punctuation: each word with the blank before it is a chunk."""
    written, pieces = bytes_in_order(), []
    ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(MERGES)}
    for i, word in enumerate(text.split(" ")):
        chunk = [written[byte] for byte in ((" " if i else "") + word).encode()]
        while pairs := [pair for pair in zip(chunk, chunk[1:]) if pair in ranks]:
            at = list(zip(chunk, chunk[1:])).index(min(pairs, key=ranks.get))
            chunk[at : at + 2] = ["".join(chunk[at : at + 2])]
        pieces += chunk
    return pieces


def shapes(words):
    norm = lambda name: {name + ".weight": (WIDTH,), name + ".bias": (WIDTH,)}
    conv = lambda name, inputs, outputs: {name + ".weight": (inputs, outputs), name + ".bias": (outputs,)}
    result = {"wte.weight": (words, WIDTH), "wpe.weight": (POSITIONS, WIDTH)}
    for i in range(LAYERS):
        h = f"h.{i}."
        result |= norm(h + "ln_1") | conv(h + "attn.c_attn", WIDTH, 3 * WIDTH) | conv(h + "attn.c_proj", WIDTH, WIDTH)
        result |= norm(h + "ln_2") | conv(h + "mlp.c_fc", WIDTH, 4 * WIDTH) | conv(h + "mlp.c_proj", 4 * WIDTH, WIDTH)
    return result | norm("ln_f")


def weights(name, shape):
    values = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape) * (0.3 if len(shape) > 1 else 0.1)
    return (values + (".ln_" in "." + name and name.endswith("weight"))).astype(np.float32)


def normalise(p, name, x):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * p[name + ".weight"] + p[name + ".bias"]


def softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def attend(q, k, v):
    scores = q @ k.T / np.sqrt(WIDTH // HEADS)
    return softmax(np.where(np.tri(len(q), dtype=bool), scores, -np.inf)) @ v


def logits(p, ids):
    conv = lambda name, x: x @ p[name + ".weight"] + p[name + ".bias"]
    gelu = lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    x = p["wte.weight"][ids] + p["wpe.weight"][: len(ids)]
    for i in range(LAYERS):
        h = f"h.{i}."
        heads = np.split(conv(h + "attn.c_attn", normalise(p, h + "ln_1", x)), 3 * HEADS, axis=1)
        seen = [attend(heads[n], heads[HEADS + n], heads[2 * HEADS + n]) for n in range(HEADS)]
        x = x + conv(h + "attn.c_proj", np.concatenate(seen, 1))
        x = x + conv(h + "mlp.c_proj", gelu(conv(h + "mlp.c_fc", normalise(p, h + "ln_2", x))))
    return normalise(p, "ln_f", x) @ p["wte.weight"].T


def save(path, tensors):
    names = {"float32": "F32", "int64": "I64"}
    write(path, None, {n: ({"dtype": names[t.dtype.name], "shape": list(t.shape)}, t.tobytes()) for n, t in tensors.items()})


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    pieces = [*bytes_in_order().values(), *(merge.replace(" ", "") for merge in MERGES), END]
    ids = [pieces.index(piece) for piece in [END, *encode(TEXT)]]
    tensors = {name: weights(name, shape) for name, shape in shapes(len(pieces)).items()}
    save(f"{folder}/reference.safetensors", {
        "ids": np.array(ids, dtype=np.int64),
        "logits": logits({name: value.astype(np.float64) for name, value in tensors.items()}, ids).astype(np.float32)})
    for i in range(LAYERS):
        tensors[f"h.{i}.attn.bias"] = np.tri(POSITIONS, dtype=np.float32)[None, None]
        tensors[f"h.{i}.attn.masked_bias"] = np.array(-1e4, dtype=np.float32)
    save(f"{folder}/model.safetensors", tensors)
    config = {"model_type": "gpt2", "activation_function": "gelu_new", "layer_norm_epsilon": 1e-05, "vocab_size": len(pieces),
              "n_embd": WIDTH, "n_head": HEADS, "n_layer": LAYERS, "n_positions": POSITIONS}
    with open(f"{folder}/config.json", "w") as file:
        json.dump(config, file, indent=2)
    with open(f"{folder}/vocab.json", "w") as file:
        json.dump({piece: i for i, piece in enumerate(pieces)}, file)
    with open(f"{folder}/merges.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(["#version: 0.2", *MERGES, ""]))


if __name__ == "__main__":
    main()
