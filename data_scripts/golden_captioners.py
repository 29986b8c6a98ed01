#!/usr/bin/env python3
"""Reference values of captioners whose public code is not at hand, from their equations, in PyTorch.

    python3 golden_captioners.py tests/golden/models

writes updown and adaptive in the layout of the other files there: inputs, parameters under the names of
ImageCaptioning.pytorch, log-probabilities under teacher forcing, the mean loss, its gradients (float64, norms in the JSON) and
greedy captions. One caption after the other, word by word: nothing is shared with limn but the equations.
"""
import json
import sys

import torch
from safetensors.torch import save_file

PHOTOS, REGIONS, LONGEST, WORDS = 3, 7, 8, 23
GLOBAL, FEATURES, WIDTH = 18, 20, 16


def linear(p, name, x):
    return x @ p[name + ".weight"].T + p[name + ".bias"]


def attend(scores, vectors):
    weights = torch.softmax(scores, 0)
    return weights @ vectors


class UpDown:
    """Two LSTMs (torch's order of gates): the first asks, the second speaks."""

    shapes = {"core.att_lstm": (3 * WIDTH, WIDTH), "core.lang_lstm": (2 * WIDTH, WIDTH)}
    layers = {"fc_embed.0": (GLOBAL, WIDTH), "att_embed.0": (FEATURES, WIDTH), "logit": (WIDTH, WORDS), "ctx2att": (WIDTH, 12),
              "core.attention.h2att": (WIDTH, 12), "core.attention.alpha_net": (12, 1)}
    states, end, seed = 4, 0.6, 6

    def lstm(self, p, name, x, h, c):
        gates = x @ p[name + ".weight_ih"].T + p[name + ".bias_ih"] + h @ p[name + ".weight_hh"].T + p[name + ".bias_hh"]
        i, f, g, o = gates.chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def step(self, p, x, v, a, state):
        h1, c1, h2, c2 = state
        h1, c1 = self.lstm(p, "core.att_lstm", torch.cat([h2, v, x]), h1, c1)
        hidden = torch.tanh(linear(p, "ctx2att", a) + linear(p, "core.attention.h2att", h1))
        context = attend(linear(p, "core.attention.alpha_net", hidden)[:, 0], a)
        h2, c2 = self.lstm(p, "core.lang_lstm", torch.cat([context, h1]), h2, c2)
        return h2, [h1, c1, h2, c2]


class Adaptive:
    """One LSTM (i, f, o, g) and a sentinel beside the regions."""

    shapes = {}
    layers = {"fc_embed.0": (GLOBAL, WIDTH), "att_embed.0": (FEATURES, WIDTH), "logit": (WIDTH, WORDS), "ctx2att": (WIDTH, WIDTH),
              "core.lstm.w2h": (WIDTH, 4 * WIDTH), "core.lstm.v2h": (WIDTH, 4 * WIDTH), "core.lstm.h2h.0": (WIDTH, 4 * WIDTH),
              "core.lstm.r_w2h": (WIDTH, WIDTH), "core.lstm.r_v2h": (WIDTH, WIDTH), "core.lstm.r_h2h": (WIDTH, WIDTH),
              "core.attention.fr_linear.0": (WIDTH, WIDTH), "core.attention.fr_embed": (WIDTH, WIDTH),
              "core.attention.ho_linear.0": (WIDTH, WIDTH), "core.attention.ho_embed": (WIDTH, WIDTH),
              "core.attention.alpha_net": (WIDTH, 1), "core.attention.att2h": (WIDTH, WIDTH)}
    states, end, seed = 2, 2.0, 29

    def step(self, p, x, v, a, state):
        h, c = state
        i, f, o, g = (linear(p, "core.lstm.w2h", x) + linear(p, "core.lstm.v2h", v) + linear(p, "core.lstm.h2h.0", h)).chunk(4)
        gate = linear(p, "core.lstm.r_w2h", x) + linear(p, "core.lstm.r_v2h", v) + linear(p, "core.lstm.r_h2h", h)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        sentinel = torch.relu(linear(p, "core.attention.fr_linear.0", torch.sigmoid(gate) * torch.tanh(c)))
        said = torch.tanh(linear(p, "core.attention.ho_linear.0", h))
        slots = torch.cat([sentinel[None], a])
        keys = torch.cat([linear(p, "core.attention.fr_embed", sentinel)[None], linear(p, "ctx2att", a)])
        hidden = torch.tanh(keys + linear(p, "core.attention.ho_embed", said))
        context = attend(linear(p, "core.attention.alpha_net", hidden)[:, 0], slots)
        return torch.tanh(linear(p, "core.attention.att2h", context + said)), [h, c]


def parameters(model):
    def random(*shape, scale):
        return ((torch.rand(*shape) * 2 - 1) * scale).double().requires_grad_()

    p = {"embed.0.weight": random(WORDS, WIDTH, scale=1.0)}
    for name, (inputs, outputs) in model.layers.items():
        p |= {name + ".weight": random(outputs, inputs, scale=(18 / inputs) ** 0.5), name + ".bias": random(outputs, scale=0.1)}
    for name, (inputs, hidden) in model.shapes.items():
        for end, width in (("ih", inputs), ("hh", hidden)):
            p |= {f"{name}.weight_{end}": random(4 * hidden, width, scale=(18 / width) ** 0.5),
                  f"{name}.bias_{end}": random(4 * hidden, scale=0.1)}
    with torch.no_grad():
        p["logit.bias"][0] = model.end  # so that captions end
        for tensor in p.values():
            tensor.copy_(tensor.float())
    return p


def run(model, p, photo, inputs, length, words=None):
    """Log-probabilities of each step; the words that are read, or else the likeliest, after 0."""
    v = torch.relu(linear(p, "fc_embed.0", inputs["global"][photo]))
    exists = inputs["region_mask"][photo] > 0
    a = torch.relu(linear(p, "att_embed.0", inputs["regions"][photo][exists]))
    state, word, steps, said = [torch.zeros(WIDTH).double()] * model.states, 0, [], []
    for t in range(length):
        output, state = model.step(p, torch.relu(p["embed.0.weight"][word]), v, a, state)
        steps.append(torch.log_softmax(linear(p, "logit", output), 0))
        said.append(int(steps[-1].argmax()))
        word = (words[t] if t < len(words) else 0) if words is not None else said[-1]
        if words is None and word == 0:
            break
    return torch.stack(steps), said


def write(name, model, folder):
    torch.manual_seed(model.seed)
    mask = torch.ones(PHOTOS, REGIONS)
    mask[1, REGIONS - 2:] = 0
    inputs = {"global": torch.rand(PHOTOS, GLOBAL) * 2 - 1, "regions": torch.rand(PHOTOS, REGIONS, FEATURES) * 2 - 1, "region_mask": mask}
    captions = torch.randint(1, WORDS, (2 * PHOTOS, LONGEST))
    for row, length in enumerate([8, 5, 2, 6, 1, 4]):
        captions[row, length:] = 0
    p = parameters(model)
    exact = {key: value.double() for key, value in inputs.items()}
    logprobs, loss, count = torch.zeros(2 * PHOTOS, LONGEST + 1, WORDS), 0, 0
    for row, caption in enumerate(captions.tolist()):
        words = caption[:caption.index(0)] if 0 in caption else caption
        steps, _ = run(model, p, row // 2, exact, len(words) + 1, words)
        logprobs[row, :len(words) + 1] = steps.detach().float()
        loss = loss - sum(steps[t, word] for t, word in enumerate(words + [0]))
        count += len(words) + 1
    (loss / count).backward()
    ids, greedy = torch.zeros(PHOTOS, LONGEST, dtype=torch.int64), torch.zeros(PHOTOS, LONGEST, WORDS)
    for photo in range(PHOTOS):
        with torch.no_grad():
            steps, said = run(model, p, photo, exact, LONGEST)
        ids[photo, :len(said)] = torch.tensor(said)
        greedy[photo, :len(said)] = steps.float()
    print(name, float(loss.detach() / count), ids.tolist())
    tensors = {f"input/{key}": value for key, value in inputs.items()} | {"input/captions": captions, "logprobs": logprobs}
    tensors |= {"loss/xe": (loss / count).detach().float().reshape(1), "greedy/ids": ids, "greedy/logprobs": greedy}
    tensors |= {f"parameter/{key}": value.detach().float() for key, value in p.items()}
    gradients = {key: value.grad for key, value in p.items()}
    tensors |= {f"gradient/{key}": value.float() for key, value in gradients.items()}
    save_file({key: value.contiguous() for key, value in tensors.items()}, f"{folder}/{name}.safetensors", metadata={"format": "pt"})
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump({"model": name, "gradient_norms": {"xe": {key: float(value.norm()) for key, value in gradients.items()}}}, file)
        file.write("\n")


if __name__ == "__main__":
    write("updown", UpDown(), sys.argv[1])
    write("adaptive", Adaptive(), sys.argv[1])
