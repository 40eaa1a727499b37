from __future__ import annotations

import math

import pytest

from media.geocoding import distance, town


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        (43.4674, 11.8851, "Arezzo"),
        (51.5007, -0.1246, "London"),
        (48.8584, 2.2945, "Paris"),
        (43.46, 12.0, "Arezzo"),  # 9 km away
        (64.32, -22.07, ""),  # Akranes is too small, Reykjavik too far
        (0.0, 0.0, ""),
        (0.0, -150.0, ""),
        (91.0, 0.0, ""),
        (0.0, 181.0, ""),
        (math.nan, 11.0, ""),
    ],
)
def test_the_nearest_town_within_twenty_kilometres(lat, lon, name):
    assert town(lat, lon) == name


def test_distances_are_along_the_earth():
    assert distance(52.52, 13.405, 48.8566, 2.3522) == pytest.approx(878, abs=2)  # Berlin, Paris
    assert distance(0, 179.9, 0, -179.9) == pytest.approx(22.2, abs=0.1)
