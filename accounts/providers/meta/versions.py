"""The version of Meta's Graph API that we speak, and until when Meta answers it: the one place where both stand.

A call without a version is answered by the oldest that an app may use, so each call names it. After its end Meta
answers a version as if it were the next one, without being asked. Source: Graph API changelog, "Available versions"
(v25.0: released 18 February 2026).

v26.0 and v27.0 changed nothing that we use: no `?ids=` for several objects, no `date_format`, no other names for
fields, no JSONP, no method in a parameter, no asynchronous batches.
"""

from __future__ import annotations

import datetime as dt

VERSION = "v25.0"
ENDS = dt.date(2028, 7, 29)
