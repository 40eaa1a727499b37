"""The outside world in a box: a real HTTP server that behaves like Google, Meta and OpenAI.

Every real address ``https://HOST/PATH`` is served here at ``/HOST/PATH``. The world is stateful and strict:
tokens, scopes, processing times, quotas and the vendors' own error envelopes. Nothing in it is public.

It is the practice mode of the product and the ground truth of the tests. It knows nothing of the product:
they meet over HTTP only.
"""

from __future__ import annotations
