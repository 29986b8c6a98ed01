#!/usr/bin/env python3
"""Writes reference values of PyTorch's RNN and GRU, in the layout of the other layers' golden files.

    python3 golden_recurrent.py ../tests/golden/layers/recurrent.safetensors

Tensors are called CASE/TENSOR: the inputs x [B, T, E] with `lengths`, h0 and the weights in float32; the outputs y (zero
behind a row's end) and h_n, their cotangents dy and dh_n, and the gradients d + input, in float32 and, computed from the
same inputs, in float64 (+ ".f64"). Needs torch, numpy and safetensors.
"""
import argparse

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SIZES = dict(inputs=3, hidden=5)
CASES = {
    f"{kind}_{name}": dict(kind=kind, **options)
    for kind in ("rnn", "gru")
    for name, options in {
        "one_layer": dict(lengths=[5, 2, 4], layers=1, bias=True),
        "two_layers": dict(lengths=[3, 6, 1, 4], layers=2, bias=True),
        "no_bias": dict(lengths=[4, 4], layers=1, bias=False),
    }.items()
}


def make_inputs(case, generator):
    hidden, layers, batch = SIZES["hidden"], case["layers"], len(case["lengths"])
    rows = hidden * (1 if case["kind"] == "rnn" else 3)
    shapes = {"x": (batch, max(case["lengths"]), SIZES["inputs"]), "h0": (layers, batch, hidden)}
    for layer in range(layers):
        shapes[f"weight_ih_l{layer}"] = (rows, SIZES["inputs"] if layer == 0 else hidden)
        shapes[f"weight_hh_l{layer}"] = (rows, hidden)
        if case["bias"]:
            shapes[f"bias_ih_l{layer}"] = shapes[f"bias_hh_l{layer}"] = (rows,)
    return {name: generator.uniform(-1, 1, shape).astype(np.float32) for name, shape in shapes.items()}


def compute(case, inputs, cotangents, dtype):
    leaves = {name: torch.tensor(value, dtype=dtype, requires_grad=True) for name, value in inputs.items()}
    kind = torch.nn.RNN if case["kind"] == "rnn" else torch.nn.GRU
    module = kind(SIZES["inputs"], SIZES["hidden"], case["layers"], bias=case["bias"]).to(dtype)
    parameters = {name: leaves[name] for name, _ in module.named_parameters()}
    packed = pack_padded_sequence(leaves["x"], torch.tensor(case["lengths"]), batch_first=True, enforce_sorted=False)
    output, h_n = torch.func.functional_call(module, parameters, (packed, leaves["h0"]))
    outputs = {"y": pad_packed_sequence(output, batch_first=True)[0], "h_n": h_n}
    loss = sum((outputs[name] * torch.tensor(value, dtype=dtype)).sum() for name, value in cotangents.items())
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return {name: value.detach().numpy() for name, value in outputs.items()} | {
        f"d{name}": gradient.numpy() for name, gradient in zip(leaves, gradients)
    }


def make_case(case, generator):
    inputs = make_inputs(case, generator)
    batch, steps = inputs["x"].shape[:2]
    shapes = {"y": (batch, steps, SIZES["hidden"]), "h_n": inputs["h0"].shape}
    cotangents = {name: generator.uniform(-1, 1, shape).astype(np.float32) for name, shape in shapes.items()}
    tensors = inputs | {f"d{name}": value for name, value in cotangents.items()}
    tensors["lengths"] = np.asarray(case["lengths"], np.int64)
    tensors |= compute(case, inputs, cotangents, torch.float32)
    tensors |= {f"{name}.f64": value for name, value in compute(case, inputs, cotangents, torch.float64).items()}
    return tensors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    generator = np.random.default_rng(1)
    tensors = {}
    for name, case in CASES.items():
        tensors |= {f"{name}/{key}": np.ascontiguousarray(value) for key, value in make_case(case, generator).items()}
    save_file(tensors, parser.parse_args().out, metadata={"format": "pt"})


if __name__ == "__main__":
    main()
