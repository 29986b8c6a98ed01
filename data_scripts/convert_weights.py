#!/usr/bin/env python3
"""Turns the state dict in a PyTorch file into safetensors, names and shapes as limn and torchvision have them today.

    python3 convert_weights.py WEIGHTS.pth OUT.safetensors

Needs torch and safetensors. Nothing in WEIGHTS.pth is executed: a file that holds a whole pickled module is refused.
"""
import sys

import torch
from safetensors.torch import save_file


def present_name(name):
    """torchvision's vision transformers were published when their MLPs had other names, which it translates, too."""
    return name.replace(".mlp.linear_1.", ".mlp.0.").replace(".mlp.linear_2.", ".mlp.3.")


def main():
    source, target = sys.argv[1:]
    state = torch.load(source, map_location="cpu", weights_only=True)
    for wrapper in ("state_dict", "model"):
        state = state.get(wrapper, state)
    tensors = {present_name(name): value.float() if value.is_floating_point() else value for name, value in state.items()}
    save_file({name: value.contiguous() for name, value in tensors.items()}, target, {"format": "pt"})
    print(f"{target}: {len(tensors)} tensors")


if __name__ == "__main__":
    main()
