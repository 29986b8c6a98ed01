#!/usr/bin/env python3
"""Makes one feature file of the folders in which features of photos are published.

    convert_features.py --captions CAPTIONS.json --regions FOLDER [--global FOLDER] --out FEATURES.safetensors

FOLDER holds a file for each photo: ID.npz with an array "feat" [R, F] (ruotianluo's cocobu_att), or ID.npy, [R, F] or
[H, W, F] for regions, [F] for global features (cocobu_fc). ID is the photo's COCO id. CAPTIONS says which photos there are and
what their files are called: a caption file of COCO ("images" with "id" and "file_name") or of Karpathy ("images" with "cocoid" or
"imgid" and "filename"). Photos with fewer regions than the most get a mask. Numbers become float16; photos without
features are left out and counted. Needs numpy.
"""
import argparse
import json
import os
import struct

import numpy as np


def photos_of(path):
    with open(path, encoding="utf-8") as file:
        images = json.load(file)["images"]
    for image in images:
        number = image.get("id", image.get("cocoid", image.get("imgid")))
        yield number, os.path.basename(image.get("file_name", image.get("filename")))


def array_of(folder, number):
    path = os.path.join(folder, str(number))
    if os.path.exists(path + ".npz"):
        return np.load(path + ".npz")["feat"]
    return np.load(path + ".npy") if os.path.exists(path + ".npy") else None


def regions_of(folder, number):
    array = array_of(folder, number)
    return None if array is None else array.reshape(-1, array.shape[-1])


def halves(array, name):
    if not (np.abs(array) <= 65504).all():
        raise SystemExit(f"{name}: float16 holds finite numbers up to 65504 only")
    return array.astype("<f2")


def header_of(shapes, metadata):
    entries, offset = {"__metadata__": metadata}, 0
    for name, (dtype, shape) in shapes.items():
        size = int(np.prod(shape)) * {"F16": 2, "U8": 1}[dtype]
        entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(entries, ensure_ascii=False).encode()
    return text + b" " * (-len(text) % 8)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captions", required=True)
    parser.add_argument("--regions")
    parser.add_argument("--global", dest="pooled")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    if not (args.regions or args.pooled):
        parser.error("give --regions, --global or both")

    found, missing, counts, width, pooled_width = [], 0, [], 0, 0
    for number, name in photos_of(args.captions):        # sizes first: the arrays need not fit in memory
        regions = regions_of(args.regions, number) if args.regions else None
        pooled = array_of(args.pooled, number) if args.pooled else None
        if (args.regions and regions is None) or (args.pooled and pooled is None):
            missing += 1
            continue
        found.append((number, name))
        if regions is not None:
            counts.append(len(regions))
            width = regions.shape[1]
        if pooled is not None:
            pooled_width = pooled.size
    if not found:
        raise SystemExit("no photo has features; is the folder right?")

    most = max(counts, default=0)
    shapes = {}
    if args.pooled:
        shapes["global"] = ("F16", (len(found), pooled_width))
    if args.regions:
        shapes["regions"] = ("F16", (len(found), most, width))
        if min(counts) < most:
            shapes["mask"] = ("U8", (len(found), most))
    header = header_of(shapes, {"names": json.dumps([name for _, name in found], ensure_ascii=False)})
    with open(args.out + ".part", "wb") as out:
        out.write(struct.pack("<Q", len(header)) + header)
        if args.pooled:
            for number, name in found:
                out.write(halves(array_of(args.pooled, number).reshape(pooled_width), name).tobytes())
        if args.regions:
            for number, name in found:
                rows = np.zeros((most, width), "<f2")
                regions = regions_of(args.regions, number)
                rows[:len(regions)] = halves(regions, name)
                out.write(rows.tobytes())
        if "mask" in shapes:
            out.write((np.arange(most) < np.array(counts)[:, None]).astype(np.uint8).tobytes())
    os.replace(args.out + ".part", args.out)
    print(f"{args.out}: features of {len(found)} photos, {missing} of the caption file have none")


if __name__ == "__main__":
    main()
