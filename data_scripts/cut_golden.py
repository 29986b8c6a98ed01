#!/usr/bin/env python3
"""Copies the tensors of a safetensors file whose names begin with one of PREFIX… (all, when there is none).

    python3 cut_golden.py IN.safetensors OUT.safetensors [PREFIX…]
"""
import json
import struct
import sys


def read(path):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        return header, file.read()


def write(path, metadata, tensors):
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, (entry, values) in tensors.items():
        header[name] = {**entry, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main():
    source, target, *prefixes = sys.argv[1:]
    header, data = read(source)
    metadata = header.pop("__metadata__", None)
    kept = {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        if not prefixes or any(name.startswith(prefix) for prefix in prefixes):
            kept[name] = ({"dtype": entry["dtype"], "shape": entry["shape"]}, data[begin:end])
    write(target, metadata, kept)


if __name__ == "__main__":
    main()
