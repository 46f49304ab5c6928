"""Files that hold secrets are for their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mockserver.errors import StoreError


def make_private(path: Path) -> None:
    """Make a file for its owner alone, or take it from everybody else.

    Raises:
        StoreError: It cannot be made, or is somebody else's.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from None
