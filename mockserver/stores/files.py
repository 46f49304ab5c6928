"""Files that hold secrets are for their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from mockserver.errors import StoreError

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)  # Windows has none


def make_private(path: Path) -> None:
    """Make a file for its owner alone, or take one that is there from everybody else.

    One that is there is not opened: who closes a file takes the locks from everybody in his process who has it open.

    Raises:
        StoreError: It cannot be made, is somebody else's, or is no file.
    """
    try:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            mode = path.stat().st_mode
            if not stat.S_ISREG(mode):
                raise StoreError(f"{path} is no file") from None
            if mode & _OTHERS:
                path.chmod(0o600)
    except OSError as error:
        raise unusable(path, error) from None


def open_private(path: str, flags: int) -> int:
    """Open a file for its owner alone, as `open` asks its opener to.

    It is made where there is none; a link is not followed, for somebody else may have laid it.
    """
    file = os.open(path, flags | os.O_CREAT | _NO_LINK, 0o600)
    if os.fstat(file).st_mode & _OTHERS:
        Path(path).chmod(0o600)
    return file


def unusable(path: Path, error: OSError) -> StoreError:
    """Return what is wrong with a file, in words."""
    return StoreError(f"{path}: {error.strerror or error}")
