"""Colour spaces that are told in other ways than by an ICC profile: by numbers, which become a profile here.

ITU-T H.273 lists primaries and transfer functions (HEIC, AVIF and PNG name them so); the rest is Adobe RGB (1998) and
what PNG, TIFF and BMP write out as numbers. A transfer function gives light, 0 to 1, for what is stored, 0 to 1.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

Curve = Callable[[float], float]
Matrix = tuple[tuple[float, ...], ...]
# x and y of red, green, blue and white.
Primaries = tuple[float, float, float, float, float, float, float, float]

D65, D50 = (0.3127, 0.3290), (0.9642, 1.0, 0.8249)
BT709: Primaries = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, *D65)
PRIMARIES: dict[int, Primaries] = {  # H.273, table 2
    1: BT709,
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *D65),
    6: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *D65),
    7: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *D65),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.310, 0.316),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *D65),
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *D65),
    22: (0.630, 0.340, 0.295, 0.605, 0.155, 0.077, *D65),
}
ADOBE_RGB: Primaries = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, *D65)
ADOBE_GAMMA = 563 / 256
# What screens show as white in HDR, in candela per square metre (ITU-R BT.2408), and the peak that HLG is made for.
HDR_WHITE, HLG_PEAK = 203.0, 1000.0
KNEE = 0.6  # light up to here stays as it is; what is brighter shares the rest
PQ, HLG = 16, 18
BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
MOST_STEP = 4  # levels of sRGB
STEPS = 256  # of a curve in a profile: one for each value that a channel can have


@dataclass(frozen=True, slots=True)
class Space:
    """`curves`: one for all channels, or one for each of red, green and blue."""

    primaries: Primaries
    curves: tuple[Curve, ...]
    is_hdr: bool = False

    @property
    def is_coarse(self) -> bool:
        """Are eight bits too few for its dark? Then one step is several of sRGB, whose slope there is 12.92."""
        return any(12.92 * 255 * curve(1 / 255) > MOST_STEP for curve in self.curves)


def named(primaries: int, transfer: int, *, full: bool = True) -> Space | None:
    """By H.273's numbers; None for what is sRGB, or left open. Not `full`: black is 16 and white 235."""
    chromaticities = PRIMARIES.get(primaries, BT709)
    curve = CURVES.get(transfer, srgb)
    if full and chromaticities == BT709 and curve is srgb:
        return None
    return Space(chromaticities, (curve if full else partial(_narrow, curve),), is_hdr=transfer in {PQ, HLG})


def srgb(value: float) -> float:
    """IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def power(gamma: float, value: float) -> float:
    """Light by a plain power."""
    return math.pow(value, gamma)


def _bt709(value: float) -> float:
    return value / 4.5 if value < 0.081242858 else ((value + 0.09929682680944) / 1.09929682680944) ** (1 / 0.45)


def _smpte240(value: float) -> float:
    return value / 4.0 if value < 0.0912863 else ((value + 0.1115721959) / 1.1115721959) ** (1 / 0.45)


def _logarithmic(decades: float, value: float) -> float:
    return math.pow(10, decades * (value - 1)) if value > 0 else 0.0


def _cinema(value: float) -> float:
    return min(1.0, 52.37 / 48 * math.pow(value, 2.6))


def _pq(value: float) -> float:
    """SMPTE ST 2084, brought down to what a screen shows."""
    root = math.pow(value, 32 / 2523)
    light = (max(root - 0.8359375, 0.0) / (18.8515625 - 18.6875 * root)) ** (8192 / 1305)
    return _brought_down(light * 10_000 / HDR_WHITE)


def _hlg(value: float) -> float:
    """ARIB STD-B67, shown at its nominal peak with a system gamma of 1.2, brought down like PQ."""
    scene = value**2 / 3 if value <= 0.5 else (math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return _brought_down(scene**1.2 * HLG_PEAK / HDR_WHITE)


def _brought_down(light: float) -> float:
    if light <= KNEE:
        return light
    beyond = (light - KNEE) / (1 - KNEE)
    return KNEE + (1 - KNEE) * beyond / (1 + beyond)


def _narrow(curve: Curve, value: float) -> float:
    return curve(min(1.0, max(0.0, (value * 255 - 16) / 219)))


CURVES: dict[int, Curve] = {  # H.273, table 3
    **dict.fromkeys((1, 6, 11, 12, 14, 15), _bt709),
    4: partial(power, 2.2),
    5: partial(power, 2.8),
    7: _smpte240,
    8: partial(power, 1.0),
    9: partial(_logarithmic, 2.0),
    10: partial(_logarithmic, 2.5),
    13: srgb,
    PQ: _pq,
    17: _cinema,
    HLG: _hlg,
}


def profile(space: Space) -> bytes:
    """The same as an ICC profile of a matrix and three curves (ICC.1:2001-04, 6.3.1.2)."""
    colorants = _to_d50(space.primaries)
    curves = [_curve(curve) for curve in (space.curves * 3)[:3]]
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", 6) + b"Named\0" + bytes(79), b"wtpt": _xyz(D50)}
    for index, letter in enumerate((b"r", b"g", b"b")):
        tags[letter + b"XYZ"] = _xyz([row[index] for row in colorants])
        tags[letter + b"TRC"] = curves[index]
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        table += name + struct.pack(">II", start + len(data), len(body))
        data += body + bytes(-len(body) % 4)
    head = struct.pack(">I", start + len(data)) + b"lcms\2\x10\0\0mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    head += _xyz(D50)[8:] + bytes(48)
    return head + struct.pack(">I", len(tags)) + table + data


def _curve(curve: Curve) -> bytes:
    values = [round(65535 * min(1.0, max(0.0, curve(step / (STEPS - 1))))) for step in range(STEPS)]
    return b"curv\0\0\0\0" + struct.pack(f">I{STEPS}H", STEPS, *values)


def _xyz(numbers: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(number * 65536) for number in numbers))


def _to_d50(primaries: Primaries) -> Matrix:
    """RGB to XYZ under D50, adapted as ICC asks for (ICC.1:2022, annex E: Bradford)."""
    red, green, blue, white = (_light(*primaries[at : at + 2]) for at in (0, 2, 4, 6))
    plain = tuple(zip(red, green, blue, strict=True))
    share = _times(_inverse(plain), white)
    scaled = tuple(tuple(value * share[at] for at, value in enumerate(row)) for row in plain)
    before, after = _times(BRADFORD, white), _times(BRADFORD, D50)
    gains = tuple(tuple(after[at] / before[at] if at == place else 0.0 for at in range(3)) for place in range(3))
    adapted = _product(_inverse(BRADFORD), _product(gains, BRADFORD))
    return _product(adapted, scaled)


def _light(x: float, y: float) -> tuple[float, float, float]:
    return x / y, 1.0, (1 - x - y) / y


def _times(matrix: Matrix, vector: Sequence[float]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _product(one: Matrix, other: Matrix) -> Matrix:
    columns = tuple(zip(*other, strict=True))
    return tuple(_times(columns, row) for row in one)


def _inverse(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    size = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    turned = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return tuple(tuple(value / size for value in row) for row in turned)
