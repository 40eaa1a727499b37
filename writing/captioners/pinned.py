"""A connection of the OpenAI SDK to one IP address that was checked (see `poster.http.ssrf`)."""

from __future__ import annotations

import httpx2


class Pinned(httpx2.HTTPTransport):
    """Whatever the name would resolve to now; the certificate must be that of the name."""

    def __init__(self, ip: str) -> None:
        super().__init__(trust_env=False)
        self._ip = ip

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.extensions = {**request.extensions, "sni_hostname": request.url.host}
        request.url = request.url.copy_with(host=self._ip)  # the Host header stays as it was
        return super().handle_request(request)
