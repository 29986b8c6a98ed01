#!/usr/bin/env python3
"""Reference values of ClipCap (Mokady et al., 2021) from its equations, in PyTorch.

    python3 golden_clip_cap.py tests/golden/models

writes clip_cap_mlp and clip_cap_transformer in the layout of the other files there: inputs, parameters under the names of
rmokady/CLIP_prefix_caption, log-probabilities under teacher forcing, the mean loss, its gradients (float64, norms in the JSON)
and greedy captions. One caption after the other, the prefix before each; nothing is shared with limn but the equations.
"""
import json
import math
import sys

import torch
from safetensors.torch import save_file
from torch.nn.functional import gelu, layer_norm

PHOTOS, LONGEST, WORDS, FEATURES, WIDTH, HEADS, LAYERS, POSITIONS = 3, 7, 23, 12, 16, 4, 2, 14
PREFIX, INPUTS, MAPPER_LAYERS, MAPPER_HEADS, BEGIN, END = 3, 2, 2, 8, 22, 9


def shapes(mapper):
    d = WIDTH
    linear = lambda name, inputs, outputs: {name + ".weight": (outputs, inputs), name + ".bias": (outputs,)}
    conv = lambda name, inputs, outputs: {name + ".weight": (inputs, outputs), name + ".bias": (outputs,)}
    norm = lambda name: {name + ".weight": (d,), name + ".bias": (d,)}
    all = {"gpt.transformer.wte.weight": (WORDS, d), "gpt.transformer.wpe.weight": (POSITIONS, d)} | norm("gpt.transformer.ln_f")
    for i in range(LAYERS):
        h = f"gpt.transformer.h.{i}."
        all |= norm(h + "ln_1") | norm(h + "ln_2") | conv(h + "attn.c_attn", d, 3 * d) | conv(h + "attn.c_proj", d, d)
        all |= conv(h + "mlp.c_fc", d, 2 * d) | conv(h + "mlp.c_proj", 2 * d, d)
    if mapper == "mlp":
        inner = d * PREFIX // 2
        return all | linear("clip_project.model.0", FEATURES, inner) | linear("clip_project.model.2", inner, d * PREFIX)
    all |= {"clip_project.prefix_const": (PREFIX, d)} | linear("clip_project.linear", FEATURES, INPUTS * d)
    for i in range(MAPPER_LAYERS):
        h = f"clip_project.transformer.layers.{i}."
        all |= norm(h + "norm1") | norm(h + "norm2") | linear(h + "attn.project", d, d) | linear(h + "mlp.fc1", d, 2 * d)
        all |= linear(h + "mlp.fc2", 2 * d, d) | {h + "attn.to_queries.weight": (d, d), h + "attn.to_keys_values.weight": (2 * d, d)}
    return all


def start(name, shape):
    values = torch.randn(shape)
    if len(shape) > 1:
        return values * (1.0 if "prefix_const" in name else math.sqrt(2 / shape[-1]))
    is_norm = any(part in name for part in ("ln_", "norm")) and name.endswith("weight")
    return values * 0.1 + is_norm


class ClipCap:
    def __init__(self, mapper):
        self.mapper = mapper
        self.p = {name: start(name, shape).float().double().requires_grad_(True) for name, shape in shapes(mapper).items()}

    def linear(self, name, x):
        y = x @ self.p[name + ".weight"].T
        return y + self.p[name + ".bias"] if name + ".bias" in self.p else y

    def conv(self, name, x):
        return x @ self.p[name + ".weight"] + self.p[name + ".bias"]

    def norm(self, name, x):
        return layer_norm(x, (WIDTH,), self.p[name + ".weight"], self.p[name + ".bias"], 1e-5)

    def attend(self, q, k, v, heads, visible):
        split = lambda x: x.unflatten(1, (heads, WIDTH // heads)).transpose(0, 1)
        scores = split(q) @ split(k).transpose(1, 2) / math.sqrt(WIDTH // heads)
        return (scores.masked_fill(~visible, -math.inf).softmax(-1) @ split(v)).transpose(0, 1).flatten(1)

    def prefix(self, photo):
        """[PREFIX, WIDTH]"""
        if self.mapper == "mlp":
            return self.linear("clip_project.model.2", torch.tanh(self.linear("clip_project.model.0", photo))).view(PREFIX, WIDTH)
        x = torch.cat([self.linear("clip_project.linear", photo).view(INPUTS, WIDTH), self.p["clip_project.prefix_const"]])
        everything = torch.ones(len(x), len(x), dtype=torch.bool)
        for i in range(MAPPER_LAYERS):
            h = f"clip_project.transformer.layers.{i}."
            y = self.norm(h + "norm1", x)
            k, v = self.linear(h + "attn.to_keys_values", y).split(WIDTH, 1)
            x = x + self.linear(h + "attn.project", self.attend(self.linear(h + "attn.to_queries", y), k, v, MAPPER_HEADS, everything))
            x = x + self.linear(h + "mlp.fc2", torch.relu(self.linear(h + "mlp.fc1", self.norm(h + "norm2", x))))
        return x[INPUTS:]

    def log_probabilities(self, photo, words):
        """Of what follows the prefix and each of the words [words + 1, WORDS]."""
        g = "gpt.transformer."
        x = torch.cat([self.prefix(photo), self.p[g + "wte.weight"][words]])
        x = x + self.p[g + "wpe.weight"][:len(x)]
        before = torch.ones(len(x), len(x), dtype=torch.bool).tril()
        for i in range(LAYERS):
            h = f"{g}h.{i}."
            q, k, v = self.conv(h + "attn.c_attn", self.norm(h + "ln_1", x)).split(WIDTH, 1)
            x = x + self.conv(h + "attn.c_proj", self.attend(q, k, v, HEADS, before))
            x = x + self.conv(h + "mlp.c_proj", gelu(self.conv(h + "mlp.c_fc", self.norm(h + "ln_2", x)), approximate="tanh"))
        return (self.norm(g + "ln_f", x)[PREFIX - 1:] @ self.p[g + "wte.weight"].T).log_softmax(1)

    def greedy(self, photo):
        words = []
        while len(words) < LONGEST and END not in words:
            words.append(self.log_probabilities(photo, words)[-1].argmax().item())
        return words


def main():
    for mapper in ("mlp", "transformer"):
        torch.manual_seed(3)
        model, photos = ClipCap(mapper), torch.randn(PHOTOS, FEATURES).float().double()
        rows = torch.zeros(2 * PHOTOS, LONGEST + 2, dtype=torch.int64)
        logprobs, total, count = torch.zeros(2 * PHOTOS, LONGEST + 1, WORDS), 0, 0
        for n, row in enumerate(rows):
            length = (3 * n + 4) % (LONGEST + 1)
            words = [word + (word >= END) for word in torch.randint(1, WORDS - 2, (length,)).tolist()]
            row[:length + 2] = torch.tensor([BEGIN, *words, END])
            log_p = model.log_probabilities(photos[n // 2], words)
            logprobs[n, :length + 1] = log_p.detach().float()
            total, count = total - log_p.gather(1, row[1:length + 2, None].clone()).sum(), count + length + 1
        loss = total / count
        loss.backward()
        greedy = torch.zeros(PHOTOS, LONGEST, dtype=torch.int64)
        for b, photo in enumerate(photos):
            said = model.greedy(photo)
            greedy[b, :len(said)] = torch.tensor(said)
        out = {"input/global": photos, "rows": rows, "logprobs": logprobs, "loss/xe": loss[None], "greedy/ids": greedy}
        out |= {f"parameter/{name}": value for name, value in model.p.items()}
        out |= {f"gradient/{name}": value.grad for name, value in model.p.items()}
        shrink = lambda t: (t.detach().float() if t.is_floating_point() else t).contiguous()
        path = f"{sys.argv[1]}/clip_cap_{mapper}"
        save_file({name: shrink(value) for name, value in out.items()}, path + ".safetensors")
        norms = {name: value.grad.norm().item() for name, value in model.p.items()}
        with open(path + ".json", "w") as file:
            json.dump({"model": f"ClipCap, {mapper}", "gradient_norms": {"xe": norms}}, file)
        print(greedy.tolist())


if __name__ == "__main__":
    main()
