"""A client of the legacy Poloniex API on requests."""

from .auth import PoloniexAuth
from .client import PoloniexClient
from .errors import PoloniexError

__all__ = ["PoloniexAuth", "PoloniexClient", "PoloniexError"]
