"""The wire: bytes in, bytes out, and the harm that is done to them. Alone here aiohttp is imported."""

from mockserver.wire.app import Wire
from mockserver.wire.canary import CanaryWire
from mockserver.wire.control import ACTIVATION_PATH
from mockserver.wire.front import Front
from mockserver.wire.limits import Limits
from mockserver.wire.outbox import open_outbox

__all__ = ["ACTIVATION_PATH", "CanaryWire", "Front", "Limits", "Wire", "open_outbox"]
