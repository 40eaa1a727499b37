"""What rows say whose file was taken away. Stored rows are found by these very words: they are never changed.

A draft that says the first waits again when its file is back; a delivery that says the second may be posted after all,
and is undone with its post. (Both are older than codes for reasons; a test holds them as they are.)
"""

from __future__ import annotations

FROM_PICTURE = "The file was taken away."  # a picture's reason, and a draft's hold
FROM_DELIVERY = "The file was taken away before it went out."  # a delivery's error
