#!/usr/bin/env python3
"""A small Meshed-Memory Transformer in PyTorch, written from the paper's equations and the factors of its authors'
code, in float64: parameters, inputs, log-probabilities, loss and gradients, for tests/models/meshed_memory_test.cpp.

    python3 golden_meshed_memory.py ../tests/golden/models/meshed_memory
"""
import json
import math
import sys

import torch
from safetensors.torch import save_file
from torch.nn.functional import layer_norm, linear, log_softmax, relu

WIDTH, HEADS, HEAD_WIDTH, INNER, LEVELS, LAYERS, SLOTS, POSITIONS = 16, 2, 6, 12, 3, 2, 4, 10
WORDS, PADDING, BEGIN, END, FEATURES, REGIONS, PHOTOS, LONGEST = 23, 21, 22, 13, 20, 7, 3, 6
torch.manual_seed(1)
P = {}


def make(name, *shape, centre=0.0, scale=None):
    scale = scale or (0.1 if len(shape) == 1 else math.sqrt(2 / shape[-1]))
    P[name] = (centre + scale * torch.randn(*shape)).float().double().requires_grad_(True)


def make_linear(name, outputs, inputs, bias=True):
    make(name + ".weight", outputs, inputs)
    if bias:
        make(name + ".bias", outputs)


def make_norm(name):
    make(name + ".layer_norm.weight", WIDTH, centre=1.0)
    make(name + ".layer_norm.bias", WIDTH)


def make_attention(name):
    for part in "qkv":
        make_linear(f"{name}.attention.fc_{part}", HEADS * HEAD_WIDTH, WIDTH)
    make_linear(name + ".attention.fc_o", WIDTH, HEADS * HEAD_WIDTH)
    make_norm(name)


def make_network(name):
    make_linear(name + ".fc1", INNER, WIDTH)
    make_linear(name + ".fc2", WIDTH, INNER)
    make_norm(name)


def make_model():
    make_linear("encoder.fc", WIDTH, FEATURES)
    make_norm("encoder")
    for i in range(LEVELS):
        make_attention(f"encoder.layers.{i}.mhatt")
        make(f"encoder.layers.{i}.mhatt.attention.m_k", 1, SLOTS, HEADS * HEAD_WIDTH, scale=0.5)
        make(f"encoder.layers.{i}.mhatt.attention.m_v", 1, SLOTS, HEADS * HEAD_WIDTH, scale=0.5)
        make_network(f"encoder.layers.{i}.pwff")
    make("decoder.word_emb.weight", WORDS, WIDTH, scale=1.0)
    make("decoder.pos_emb.weight", POSITIONS + 1, WIDTH, scale=1.0)
    for i in range(LAYERS):
        for part in ("self_att", "enc_att"):
            make_attention(f"decoder.layers.{i}.{part}")
        for level in range(LEVELS):
            make_linear(f"decoder.layers.{i}.fc_alpha{level + 1}", WIDTH, 2 * WIDTH)
        make_network(f"decoder.layers.{i}.pwff")
    make_linear("decoder.fc", WORDS, WIDTH, bias=False)


def apply(name, x):
    return linear(x, P[name + ".weight"], P.get(name + ".bias"))


def norm(name, x):
    return layer_norm(x, (WIDTH,), P[name + ".layer_norm.weight"], P[name + ".layer_norm.bias"])


def attend(name, x, seen, visible, slots=False):
    """norm(x + attention); visible [B, queries, keys], the slots are always visible."""
    split = lambda y: y.unflatten(-1, (HEADS, HEAD_WIDTH)).transpose(1, 2)
    name_of = name + ".attention."
    q, k, v = apply(name_of + "fc_q", x), apply(name_of + "fc_k", seen), apply(name_of + "fc_v", seen)
    if slots:
        batch = len(x)
        k = torch.cat([k, math.sqrt(HEAD_WIDTH) * P[name_of + "m_k"].expand(batch, -1, -1)], 1)
        v = torch.cat([v, math.sqrt(SLOTS) * P[name_of + "m_v"].expand(batch, -1, -1)], 1)
        visible = torch.cat([visible, torch.ones(*visible.shape[:2], SLOTS, dtype=torch.bool)], 2)
    scores = split(q) @ split(k).transpose(2, 3) / math.sqrt(HEAD_WIDTH)
    weights = scores.masked_fill(~visible[:, None], -math.inf).softmax(-1)
    return norm(name, x + apply(name_of + "fc_o", (weights @ split(v)).transpose(1, 2).flatten(2)))


def network(name, x):
    return norm(name, x + apply(name + ".fc2", relu(apply(name + ".fc1", x))))


def encode(regions, mask):
    x, levels = norm("encoder", relu(apply("encoder.fc", regions))), []
    visible = mask[:, None].expand(-1, regions.shape[1], -1)
    for i in range(LEVELS):
        x = network(f"encoder.layers.{i}.pwff", attend(f"encoder.layers.{i}.mhatt", x, x, visible, slots=True))
        levels.append(x)
    return levels


def decode(words, levels, mask):
    """Log-probabilities [N, T, WORDS] of what follows each word; padding may stand anywhere."""
    steps, real = words.shape[1], words != PADDING
    keep = real[..., None].double()
    causal = torch.ones(steps, steps, dtype=torch.bool).tril()
    x = P["decoder.word_emb.weight"][words] + P["decoder.pos_emb.weight"][1:steps + 1]
    for i in range(LAYERS):
        name = f"decoder.layers.{i}"
        s = attend(name + ".self_att", x, x, causal & real[:, None]) * keep
        mesh = 0
        for level, seen in enumerate(levels):
            e = attend(name + ".enc_att", s, seen, mask[:, None].expand(-1, steps, -1)) * keep
            mesh = mesh + torch.sigmoid(apply(f"{name}.fc_alpha{level + 1}", torch.cat([s, e], -1))) * e
        x = network(name + ".pwff", mesh / math.sqrt(LEVELS)) * keep
    return log_softmax(apply("decoder.fc", x), -1)


def main():
    make_model()
    out = {f"parameter/{name}": value for name, value in P.items()}
    regions = torch.randn(PHOTOS, REGIONS, FEATURES).float().double()
    mask = torch.ones(PHOTOS, REGIONS, dtype=torch.bool)
    mask[1, [2, 6]] = False
    rows = torch.full((2 * PHOTOS, LONGEST + 2), PADDING)
    for n, row in enumerate(rows):
        length = 1 + (5 * n + 5) % LONGEST
        row[0], row[1:length + 1], row[length + 1] = BEGIN, torch.randint(0, END, (length,)), END
    inputs, targets = rows[:, :-1], rows[:, 1:]
    levels = encode(regions, mask)
    twice = lambda x: x.repeat_interleave(2, 0)
    logprobs = decode(inputs, [twice(level) for level in levels], twice(mask))
    loss = -logprobs.gather(2, targets[..., None])[targets != PADDING].mean()
    loss.backward()
    said = torch.randint(0, END, (PHOTOS, LONGEST))
    said[:, 0], said[0, 2], said[2, 3] = BEGIN, PADDING, PADDING
    with torch.no_grad():
        stepped = decode(said, encode(regions, mask), mask)
    out |= {"input/regions": regions, "input/region_mask": mask, "rows": rows, "logprobs": logprobs,
            "loss/xe": loss[None], "said": said, "said/logprobs": stepped}
    gradients = {name: value.grad for name, value in P.items() if name != "decoder.pos_emb.weight"}
    out |= {f"gradient/{name}": value for name, value in gradients.items()}
    shrink = lambda t: t.detach().contiguous().float() if t.is_floating_point() else t.to(torch.int64).contiguous()
    save_file({name: shrink(value) for name, value in out.items()}, sys.argv[1] + ".safetensors")
    with open(sys.argv[1] + ".json", "w") as file:
        json.dump({"gradient_norms": {"xe": {name: value.norm().item() for name, value in gradients.items()}}}, file)


if __name__ == "__main__":
    main()
