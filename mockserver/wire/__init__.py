"""The wire: bytes in, bytes out, and the harm that is done to them. Alone here aiohttp is imported."""

from mockserver.wire.app import Wire
from mockserver.wire.canary import CanaryWire

__all__ = ["CanaryWire", "Wire"]
