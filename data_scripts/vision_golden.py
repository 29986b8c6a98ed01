#!/usr/bin/env python3
"""Makes tests/golden/vision: small picture files of many kinds, the pixels that Pillow sees in them,
and its resizing. Needs Pillow, numpy and safetensors.

    python3 data_scripts/vision_golden.py ../shared/data/golden tests/golden/vision
"""
import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import load_file, save_file


def picture(height=13, width=17):
    """Smooth, so that JPEG keeps it, and different at every corner."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    red = 40 + 180 * x / (width - 1)
    green = 220 - 190 * y / (height - 1)
    blue = 128 + 100 * np.sin(x / 5) * np.cos(y / 4)
    return np.stack([red, green, blue], -1).round().astype(np.uint8)


def alpha(height=13, width=17):
    y, x = np.mgrid[0:height, 0:width]
    return ((x * 31 + y * 17) % 256).astype(np.uint8)


def over_white(rgb, a):
    rgb, a = rgb.astype(int), a.astype(int)[..., None]
    return ((rgb * a + 255 * (255 - a) + 127) // 255).astype(np.uint8)


def png(samples, depth, colour, interlaced=False):
    """A PNG file; samples are [H, W, channels], unfiltered."""
    height, width, _ = samples.shape
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    data = b""
    for top, left, down, across in passes if interlaced else [(0, 0, 1, 1)]:
        part = samples[top::down, left::across]
        if part.size:
            data += b"".join(b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in part)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def files():
    """name -> (file, its pixels; None: what Pillow says)"""
    rgb, a = picture(), alpha()
    image = Image.fromarray(rgb)
    grey = image.convert("L")
    wide = rgb.astype(np.uint16) * 257 - (rgb > 0) * 100  # high bytes as in rgb, or one less
    inks = np.dstack([255 - rgb, rgb[::-1, :, 1] // 2])
    cmyk = saved(Image.fromarray(inks, "CMYK"), "JPEG", quality=95)
    adobe = cmyk.index(b"\xff\xee")
    transform = adobe + 15
    yield "rgb.png", saved(image, "PNG"), rgb
    yield "interlaced.png", png(rgb, 8, 2, True), rgb
    yield "rgb16.png", png(wide, 16, 2), (wide >> 8).astype(np.uint8)
    yield "grey16.png", png(wide[..., :1], 16, 0), np.repeat((wide[..., :1] >> 8).astype(np.uint8), 3, -1)
    yield "alpha.png", saved(Image.fromarray(np.dstack([rgb, a])), "PNG"), over_white(rgb, a)
    yield "grey_alpha.png", png(np.dstack([rgb[..., :1], a]), 8, 4), over_white(np.repeat(rgb[..., :1], 3, -1), a)
    yield "grey.png", saved(grey, "PNG"), None
    yield "palette.gif", saved(image.quantize(32), "GIF"), None
    yield "rgb.bmp", saved(image, "BMP"), rgb
    yield "grey.bmp", saved(grey, "BMP"), None
    yield "rgb.ppm", saved(image, "PPM"), rgb
    yield "grey.pgm", saved(grey, "PPM"), None
    yield "rgb.jpg", saved(image, "JPEG", quality=92), None
    yield "progressive.jpg", saved(image, "JPEG", quality=92, progressive=True), None
    yield "grey.jpg", saved(grey, "JPEG", quality=92), None
    yield "cmyk.jpg", cmyk, None
    yield "ycck.jpg", cmyk[:transform] + b"\2" + cmyk[transform + 1 :], None


def main(golden, out):
    out.mkdir(parents=True, exist_ok=True)
    pixels = {}
    for name, content, expected in files():
        (out / name).write_bytes(content)
        if expected is None:
            expected = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        pixels[name] = np.ascontiguousarray(expected)
    save_file(pixels, out / "pixels.safetensors")
    resized = load_file(golden / "layers" / "resize_image.safetensors")
    kept = {name: value for name, value in resized.items() if not name.endswith("y_torchvision")}
    save_file(kept, out / "resize.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
