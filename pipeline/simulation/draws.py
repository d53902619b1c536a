"""Seeded random streams by name, categorical picks over many groups at once, and hexadecimal ids."""

from zlib import crc32

import numpy as np
import pyarrow as pa

Array = np.ndarray

_HEX_PAIRS = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint16)


class Draws:
    """Independent streams under one key: the first n values of a stream never depend on n or on other streams."""

    def __init__(self, *key: int) -> None:
        self.key = key

    def generator(self, name: str) -> np.random.Generator:
        """The stream called `name`, from its beginning."""
        return np.random.Generator(np.random.SFC64([*self.key, crc32(name.encode())]))

    def uniform(self, name: str, size: int) -> Array:
        """float64 in [0, 1)."""
        return self.generator(name).random(size)

    def coarse(self, name: str, size: int) -> Array:
        """float32 in [0, 1), for thresholds and shapes."""
        return self.generator(name).random(size, dtype=np.float32)

    def normal(self, name: str, size: int | tuple[int, ...]) -> Array:
        """float32, standard."""
        return self.generator(name).standard_normal(size, dtype=np.float32)


class Picker:
    """Draws a column of a table of weights, row by row: `weights[group]` are the odds in that group."""

    def __init__(self, weights: Array) -> None:
        table = np.atleast_2d(np.asarray(weights, float))
        self.width = table.shape[1]
        cumulative = np.cumsum(table, axis=1)
        cumulative /= cumulative[:, -1:]
        self.edges = (cumulative + np.arange(len(table))[:, None]).ravel()

    def pick(self, uniform: Array, group: Array | int = 0) -> Array:
        """Column per draw, as an index."""
        place = np.searchsorted(self.edges, uniform + group, side="right")
        place -= np.asarray(group) * self.width
        return np.minimum(place, self.width - 1, out=place)


def mix(values: Array) -> Array:
    """uint64 to uint64, one to one, well scattered (splitmix64's finisher)."""
    x = values.astype(np.uint64)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def hex_text(values: Array) -> pa.StringArray:
    """16 hexadecimal digits per uint64."""
    return _fixed_width(_hex_digits(values))


def uuid_text(milliseconds: Array, keys: Array) -> pa.StringArray:
    """Version 7 UUIDs: the instant (48 bits), then every bit of `keys` around the version and variant marks."""
    head = (milliseconds.astype(np.uint64) << np.uint64(16)) | np.uint64(0x7000) | (keys >> np.uint64(52))
    tail = (keys & np.uint64((1 << 62) - 1)) | np.uint64(1 << 63)
    text = np.full((len(keys), 36), ord("-"), np.uint8)
    first, last = _hex_digits(head.byteswap()), _hex_digits(tail.byteswap())
    text[:, 0:8], text[:, 9:13], text[:, 14:18] = first[:, 0:8], first[:, 8:12], first[:, 12:16]
    text[:, 19:23], text[:, 24:36] = last[:, 0:4], last[:, 4:16]
    return _fixed_width(text)


def _hex_digits(values: Array) -> Array:
    octets = np.ascontiguousarray(values).view(np.uint8)
    return _HEX_PAIRS[octets].view(np.uint8).reshape(len(values), 16)


def _fixed_width(text: Array) -> pa.StringArray:
    rows, width = text.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text)))
