"""The reins by which clients under test are driven: programs, and objects in our own process."""

from __future__ import annotations

from harness.drivers.clients import Client, ObjectClient, ProgramClient
from harness.drivers.driver import Driver
from harness.drivers.loading import is_reloadable, program_of
from harness.drivers.making import make_driver

__all__ = ["Client", "Driver", "ObjectClient", "ProgramClient", "is_reloadable", "make_driver", "program_of"]
