"""Pictures of a browser made small, with the words that they show."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"Words"
_MOST = 256
_RGB, _RGBA, _PALETTE = 2, 6, 3


def small(png: bytes, words: str) -> bytes:
    """The same picture in its 256 most frequent colours, with the words that it shows."""
    width, rows, sample = _decoded(png)
    colours = [[row[at : at + 3] for at in range(0, len(row), sample)] for row in rows]
    frequent = Counter(colour for row in colours for colour in row).most_common()
    palette = [colour for colour, _ in frequent[:_MOST]]
    places = {colour: at for at, colour in enumerate(palette)}
    for colour, _ in frequent[_MOST:]:
        places[colour] = min(range(_MOST), key=lambda at: _distance(palette[at], colour))
    lines = b"".join(b"\0" + bytes(places[colour] for colour in row) for row in colours)
    head = struct.pack(">IIBBBBB", width, len(rows), 8, _PALETTE, 0, 0, 0)
    text = _KEYWORD + b"\0\0" + zlib.compress(words.encode(), 9)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(palette)), (b"zTXt", text))
    whole = (*parts, (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, body) for name, body in whole)


def words_of(png: bytes) -> str:
    """The words that a picture shows."""
    (text,) = (body for name, body in _chunks(png) if name == b"zTXt")
    keyword, _, packed = text.partition(b"\0")
    assert keyword == _KEYWORD
    return zlib.decompress(packed[1:]).decode()


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert png.startswith(_SIGNATURE)
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _decoded(png: bytes) -> tuple[int, list[bytes], int]:
    """The width, the rows of samples, and how many samples make a dot."""
    chunks = list(_chunks(png))
    width, height, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    assert (depth, interlaced, kind in (_RGB, _RGBA)) == (8, 0, True)
    sample = 3 if kind == _RGB else 4
    raw = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    size, rows, above = width * sample, [], bytes(width * sample)
    for at in range(0, height * (size + 1), size + 1):
        above = _row(raw[at], raw[at + 1 : at + 1 + size], above, sample)
        rows.append(above)
    return width, rows, sample


def _row(kind: int, line: bytes, above: bytes, sample: int) -> bytes:
    """
    Undo the filter of a row.

    Source: PNG specification, 9.2, filter types for filter method 0.
    """
    made = bytearray(line)
    for at, value in enumerate(line):
        left = made[at - sample] if at >= sample else 0
        corner = above[at - sample] if at >= sample else 0
        made[at] = (value + _guess(kind, left, above[at], corner)) & 255
    return bytes(made)


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda one: abs(guess - one))
    return (0, left, up, (left + up) // 2)[kind]
