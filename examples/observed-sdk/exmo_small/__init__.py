"""A small client of EXMO, written by somebody who has never heard of noncense."""

from exmo_small.client import Client, ExmoError

__all__ = ["Client", "ExmoError"]
