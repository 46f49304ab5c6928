"""A newcomer who does what a tutorial says, line by line, gets what it shows."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.templates import LANGUAGES
from tests.adapters.kits import ROOT, kit_of

TUTORIALS = ROOT / "docs" / "tutorials"

#: What a tutorial's own SDK needs besides what its kit needs.
ALSO = {"shell": ("curl", "openssl"), "go": (), "java": (), "node": (), "php": (), "python": (), "ruby": ()}

#: The whole catalogue takes minutes. Where a tutorial asks for it, the test asks for one row that the SDK passes.
SHORT = " --seed 1 --requirement SIGN-001"

pytestmark = pytest.mark.languages


def steps(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield the fenced blocks of a page: language, text, and the name in backticks that stood last before it."""
    name, said = "", ""
    for part in re.split(r"^(```\w*\n.*?^```)$", page, flags=re.MULTILINE | re.DOTALL):
        block = re.fullmatch(r"```(\w*)\n(.*?)```", part, re.DOTALL)
        if block is None:
            said = part
            continue
        named = re.findall(r"`([\w/.-]+\.\w+)`", said.rstrip().rpartition("\n\n")[2])
        name = named[-1] if named else name
        yield block[1], block[2], name
        said = ""


class Newcomer:
    """Somebody with an empty folder, who types what is shown and looks whether what is shown comes."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self._folder, self._tools = folder, tools
        self._last = ""

    def does(self, language: str, text: str, name: str) -> None:
        match language:
            case "sh":
                self._types(text)
            case "text":
                missing = [line for line in text.splitlines() if line.strip() not in self._last]
                assert missing == [], self._last
            case "diff":
                self._mends(self._folder / name, text)
            case _:
                path = self._folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")

    def _types(self, text: str) -> None:
        lines = re.sub(r"(\bnoncense test)(?= --report )", rf"\1{SHORT}", text)
        script = f'PATH="{self._tools}:$PATH"\n{lines}\nstatus=$?\npwd > "{self._tools}/where"\nexit $status'
        done = subprocess.run(["bash", "-c", script], cwd=self._folder, capture_output=True, text=True, check=False)
        self._folder = Path((self._tools / "where").read_text(encoding="utf-8").strip())
        self._last = done.stdout
        broken = "This client breaks" in done.stdout
        assert (done.returncode, done.stderr) == (1 if broken else 0, ""), done.stdout + done.stderr

    @staticmethod
    def _mends(path: Path, change: str) -> None:
        lines = change.splitlines()
        was = "\n".join(line[1:] for line in lines if line.startswith("-"))
        is_now = "\n".join(line[1:] for line in lines if line.startswith("+"))
        text = path.read_text(encoding="utf-8")
        assert text.count(was) == 1
        path.write_text(text.replace(was, is_now), encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_newcomer_gets_what_is_shown(tmp_path: Path, language: str) -> None:
    kit_of(language)
    if missing := [tool for tool in ALSO[language] if shutil.which(tool) is None]:
        pytest.skip(f"{' and '.join(missing)} cannot be found on this machine")
    tools, folder = tmp_path / "bin", tmp_path / "my-sdk"
    tools.mkdir()
    folder.mkdir()
    command = tools / "noncense"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m harness "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    newcomer = Newcomer(folder, tools)
    for step in steps((TUTORIALS / f"{language}.md").read_text(encoding="utf-8")):
        newcomer.does(*step)
