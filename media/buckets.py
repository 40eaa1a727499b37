"""The operator's own bucket (S3, R2, MinIO), for installs that nobody can reach from outside.

BUCKET_URL is `s3://KEY:SECRET@ENDPOINT/BUCKET?region=REGION`. With BUCKET_PUBLIC_URL the pictures are read from there;
without it, from addresses that are signed by the bucket itself and expire, so that the bucket may stay private.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from media.reasons import BucketClosed, BucketFailed
from poster.errors import OutsideError, Refused, Trace, Unavailable
from poster.http.client import Answer, Client

READ_FOR = dt.timedelta(hours=25)
WRITE_FOR = dt.timedelta(minutes=10)
# What a presigned address says before the path; the region must be known, or the library asks for it over the net.
REGION = "auto"


@dataclass(frozen=True, slots=True)
class Bucket:
    """What BUCKET_URL says."""

    endpoint: str
    name: str
    key: str
    secret: str
    region: str


def parse(url: str) -> Bucket:
    """Raises ImproperlyConfigured with the shape it should have."""
    parts = urlsplit(url)
    name = parts.path.strip("/")
    if parts.scheme != "s3" or not (parts.hostname and parts.username and parts.password and name):
        raise ImproperlyConfigured("BUCKET_URL must look like s3://KEY:SECRET@ENDPOINT/BUCKET?region=REGION.")
    endpoint = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    region = dict(parse_qsl(parts.query)).get("region", REGION)
    return Bucket(endpoint, name, unquote(parts.username), unquote(parts.password), region)


def put(path: Path, name: str) -> str:
    """Upload the file under `name`; returns the address to read it from. Raises Unavailable or Refused."""
    bucket = parse(settings.BUCKET_URL)
    target = _signed(bucket, "PUT", name, WRITE_FOR)
    _client().call("PUT", target, data=path.read_bytes())
    public: str = settings.BUCKET_PUBLIC_URL
    return f"{public}/{name}" if public else _signed(bucket, "GET", name, READ_FOR)


def drop(name: str) -> None:
    """Remove what `put` uploaded. Raises Unavailable or Refused."""
    _client().call("DELETE", _signed(parse(settings.BUCKET_URL), "DELETE", name, WRITE_FOR))


def _client() -> Client:
    return Client(
        base="",
        judge=_judge,
        name="The picture bucket",
        headers={"Content-Type": "image/jpeg"},
        private=settings.ALLOW_PRIVATE,
    )


def _signed(bucket: Bucket, method: str, name: str, life: dt.timedelta) -> str:
    from minio import Minio

    client = Minio(bucket.endpoint, access_key=bucket.key, secret_key=bucket.secret, region=bucket.region)
    return client.get_presigned_url(method, bucket.name, name, expires=life)


def _judge(method: str, answer: Answer) -> OutsideError | None:
    if answer.status < 300:
        return None
    trace = Trace(status=answer.status)
    if answer.status in {401, 403, 404}:
        return Refused(BucketClosed(), trace=trace)
    return Unavailable(BucketFailed(), trace=trace)
