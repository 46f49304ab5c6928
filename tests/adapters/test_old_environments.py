"""An SDK stays in its own environment, however old and crowded: only one file is put beside it."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.kits import KITS, ROOT, kit_of

OLD = Path(__file__).parent / "old"
KIT = KITS / "python" / "noncense_adapter.py"

#: Names that something else may have in a crowded environment: whoever imports one of them there gets an exception.
OURS = ("harness", "mockserver", "signer", "click", "rich", "hypothesis", "aiohttp", "orjson", "msgspec")

#: A stand-in of the standard library, for an environment in which nothing can be installed.
REQUESTS = """
import http.client, json, urllib.parse, urllib.request
__version__ = "0.0"

class Request:
    def __init__(self, method, url, data):
        self.method, self.url, self.headers, self.body = method, url, {}, urllib.parse.urlencode(data)
    def prepare(self):
        return self

class Session:
    def send(self, request, timeout):
        sent = urllib.request.Request(request.url, request.body.encode(), request.headers)
        with urllib.request.urlopen(sent, timeout=timeout) as answer:
            self.json = lambda said=answer.read(): json.loads(said)
        return self
    def close(self):
        pass
"""


def judged(python: Path, folder: Path, *requirements: str) -> dict[str, object]:
    """Judge the old SDK from outside; status by requirement."""
    report = folder / "report.json"
    rows = [part for row in requirements for part in ("--requirement", row)]
    command = [sys.executable, "-m", "harness", "test", "--dialect", "poloniex", "--seed", "1", *rows]
    done = subprocess.run(
        [*command, "--report", f"json:{report}", "--", str(python), "adapter.py"],
        cwd=folder,
        env={**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    return {row["id"]: row["status"] for row in json.loads(report.read_text(encoding="utf-8"))["requirements"]}


def beside(folder: Path) -> None:
    for path in (KIT, OLD / "old_sdk.py", OLD / "adapter.py"):
        shutil.copy(path, folder)


def environment(python: str, folder: Path) -> tuple[Path, Path]:
    """Make a virtual environment with nothing in it; its Python and the folder of its packages."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    return folder / "bin" / "python", packages


def test_it_is_judged_where_every_name_of_ours_is_somebody_elses(tmp_path: Path) -> None:
    python, packages = environment(sys.executable, tmp_path / "venv")
    for name in OURS:
        (packages / f"{name}.py").write_text("raise ImportError('this is another one')\n", encoding="utf-8")
    (packages / "requests.py").write_text(REQUESTS, encoding="utf-8")
    launcher = tmp_path / "python"
    # The environment of the one who runs us is not that of the SDK.
    launcher.write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec "{python}" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    beside(tmp_path)
    assert judged(launcher, tmp_path, "SIGN-001", "NONCE-002") == {"SIGN-001": "passed", "NONCE-002": "passed"}


@pytest.mark.slow
def test_it_is_judged_with_the_requests_of_its_day(tmp_path: Path) -> None:
    """`requests` 2.18.4 of 2017, which no Python of today imports; skipped where it or its Python is missing."""
    if (old := old_python()) is None:
        pytest.skip("no Python from 3.7 to 3.9 is installed here")
    python, packages = environment(old, tmp_path / "venv")
    pins = ("requests==2.18.4", "urllib3==1.22", "chardet==3.0.4", "idna==2.6", "certifi==2022.12.7")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(packages), *pins]
    if subprocess.run(pip, check=False, capture_output=True).returncode != 0:
        pytest.skip("pip reaches no packages from here")
    launcher = tmp_path / "python"
    launcher.write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec "{python}" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    beside(tmp_path)
    found = judged(launcher, tmp_path, "SIGN-001", "NONCE-002", "REDIR-001")
    # It carries every header but Authorization to wherever a redirect leads.
    assert found == {"SIGN-001": "passed", "NONCE-002": "passed", "REDIR-001": "failed"}


def old_python() -> str | None:
    """Return a Python from 3.7 to 3.9, on the path or among those of a version manager, that runs."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in (7, 8, 9):
        for python in (shutil.which(f"python3.{minor}"), *map(str, versions.glob(f"3.{minor}.*/bin/python"))):
            if python and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
                return python
    return None


def test_the_python_kit_keeps_to_the_syntax_of_python_3_7() -> None:
    ast.parse(KIT.read_text(encoding="utf-8"), feature_version=(3, 7))
    with pytest.raises(SyntaxError):
        ast.parse("if (n := 1): pass", feature_version=(3, 7))


@pytest.mark.node
def test_the_node_kit_keeps_to_the_syntax_of_node_10() -> None:
    kit_of("node")
    script = """
    const { parse } = require('internal/deps/acorn/acorn/dist/acorn');
    const text = require('fs').readFileSync(process.argv[1], 'utf8');
    parse(text, { ecmaVersion: 2018 });
    try { parse('a?.b', { ecmaVersion: 2018 }); } catch (tooNew) { console.log('seen'); }
    """
    command = ["node", "--expose-internals", "-e", script, str(KITS / "node" / "noncense-adapter.js")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Cannot find module 'internal" in done.stderr:
        pytest.skip("this Node has no parser that could be asked for an older syntax")
    assert (done.stdout, done.stderr) == ("seen\n", "")


#: What came after PHP 7.1 in words of its own; the numbers of tokens differ between releases, so their names are asked.
NEWER_IN_PHP = (
    "T_FN",
    "T_MATCH",
    "T_READONLY",
    "T_ENUM",
    "T_ATTRIBUTE",
    "T_NULLSAFE_OBJECT_OPERATOR",
    "T_COALESCE_EQUAL",
)


@pytest.mark.php
def test_the_php_kit_has_no_word_that_is_newer_than_php_7_1() -> None:
    kit_of("php")
    script = (
        "foreach (token_get_all(file_get_contents($argv[1])) as $t) "
        '{ if (is_array($t)) { echo token_name($t[0]), \' \', trim(strtok($t[1], "\\n")), "\\n"; } }'
    )
    command = ["php", "-r", script, "--", str(KITS / "php" / "noncense_adapter.php")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    tokens = [line.partition(" ") for line in done.stdout.splitlines()]
    assert [token for token in tokens if token[0] in NEWER_IN_PHP] == []
    code = "\n".join(text for name, _, text in tokens if not name.endswith("COMMENT"))
    assert not re.search(r"\b(mixed|static fn|never)\b|public function __construct\s*\(\s*(public|private)", code)


@pytest.mark.languages
def test_the_java_kit_is_built_for_java_8(tmp_path: Path) -> None:
    kit_of("java")
    command = ["javac", "--release", "8", "-Xlint:-options", "-encoding", "UTF-8", "-d", str(tmp_path)]
    done = subprocess.run(
        [*command, str(KITS / "java" / "NoncenseAdapter.java")], capture_output=True, text=True, check=False
    )
    if "release version 8 not supported" in done.stderr:
        pytest.skip("this JDK builds nothing so old any more")
    assert (done.returncode, done.stderr) == (0, "")
