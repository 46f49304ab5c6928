"""Files that hold secrets are for their owner alone."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Final

from mockserver.errors import StoreError

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)  # Windows has none


def make_private(path: Path) -> None:
    """Make a file for its owner alone, or take one that is there from everybody else.

    One that is there is not opened: who closes a file takes the locks from everybody in his process who has it open.

    Raises:
        StoreError: It cannot be made, cannot be taken from others, or is no file.
    """
    try:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            if _is_open_to_others(path.stat(), path):
                path.chmod(0o600)
    except OSError as error:
        raise unusable(path, error) from None


def open_private(path: str, flags: int) -> int:
    """Open a file for its owner alone, as `open` asks its opener to.

    It is made where there is none; a link is not followed, for somebody else may have laid it.

    Raises:
        StoreError: It is no file.
    """
    file = os.open(path, flags | os.O_CREAT | _NO_LINK, 0o600)
    try:
        if _is_open_to_others(os.fstat(file), path) and sys.platform != "win32":
            os.fchmod(file, 0o600)
    except BaseException:
        os.close(file)
        raise
    return file


def _is_open_to_others(status: os.stat_result, path: Path | str) -> bool:
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"{path} is no file")
    return bool(status.st_mode & _OTHERS)


def unusable(path: Path, error: OSError) -> StoreError:
    """Return what is wrong with a file, in words."""
    return StoreError(f"{path}: {error.strerror or error}")
