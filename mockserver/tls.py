"""What a listening socket is told about TLS: imports no more than the standard library."""

from __future__ import annotations

import ssl
from enum import Enum
from typing import Final, TypeAlias


class Stalled(Enum):
    """A socket that takes connections and never answers a handshake, nor anything else."""

    STALLED = "stalled"


STALLED: Final = Stalled.STALLED

Tls: TypeAlias = "ssl.SSLContext | Stalled"
