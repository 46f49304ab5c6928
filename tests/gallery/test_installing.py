"""What installs the SDKs finds entries by their folders, and says what it cannot find."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def install(*names: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "VENV": sys.prefix}
    script = [root / "scripts" / "install-sdks", *names]
    return subprocess.run(script, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_an_entry_that_is_not_there_is_named() -> None:
    done = install("nosuch")
    assert done.returncode == 1
    assert "there is no gallery/nosuch/entry.toml" in done.stderr


def test_an_entry_that_needs_nothing_is_installed_by_its_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "install-sdks").symlink_to(ROOT / "scripts" / "install-sdks")
    folder = tmp_path / "gallery" / "bare"
    folder.mkdir(parents=True)
    (folder / "entry.toml").write_text("", encoding="utf-8")
    (folder / "requirements.lock").write_text("# nothing\n", encoding="utf-8")
    place = tmp_path / ".sdks" / "gallery" / "bare" / "installed"
    assert install("bare", root=tmp_path).returncode == 0
    first = place.stat().st_mtime_ns
    assert install("bare", root=tmp_path).returncode == 0
    assert place.stat().st_mtime_ns == first
