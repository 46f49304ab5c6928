"""What a command starts, as far as can be told beforehand, and what is known to reach such a program."""

from __future__ import annotations

import mmap
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

_PRELOAD = "a preload"
#: By the name of a program, without a version behind it: what is known to reach it.
_KNOWN = {
    **dict.fromkeys(("python", "pypy", "pytest", "node", "nodejs", "ruby"), _PRELOAD),
    **dict.fromkeys(("php", "java", "curl", "go", "deno", "bun", "dotnet"), "its environment"),
    # These start others, which inherit everything.
    **dict.fromkeys(
        ("sh", "bash", "dash", "zsh", "ksh", "busybox", "make", "env", "timeout", "nice", "uv"), "what it starts"
    ),
    **dict.fromkeys(
        ("nohup", "setsid", "stdbuf", "xargs", "time", "strace", "npm", "npx", "gradle", "mvn"), "what it starts"
    ),
}
_FORGETFUL = frozenset({"tox", "sudo", "doas", "su"})
#: Options of env behind which a word of theirs stands.
_WITH_VALUE_OF_ENV = frozenset({"-u", "--unset", "-C", "--chdir", "-a", "--argv0"})
_EMPTYING = frozenset({"-", "-i", "--ignore-environment"})
_ELF = b"\x7fELF"
_MACH = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
#: What the compiler of Go leaves in every program.
_GO_MARK = b"\xff Go buildinf:"


def reached_by(argv: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return what is known to reach the program that a command starts; None for a program that nobody knows.

    A command that cannot be found is nobody's riddle: it will not start.

    Args:
        argv: The command.
        environment: Its environment: `PATH` says where it is.
    """
    found = shutil.which(argv[0], path=environment.get("PATH", os.defpath))
    if found is None:
        return "nothing: it is not there"
    name = Path(found).name
    if _forgets(name, argv[1:]):
        return None
    if name == "env" and (started := _after_env(argv[1:])):
        return reached_by(started, environment)
    known = _by_name(name) or _by_name(Path(found).resolve().name)
    if known is not None:
        of_python = name.lower().startswith(("python", "pypy"))
        return None if of_python and _isolated(argv[1:]) else known
    try:
        with open(found, "rb") as file:
            head = file.read(256)
            if head.startswith(b"#!"):
                return _by_shebang(head)
            if head.startswith((_ELF, *_MACH)):
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                    return "its environment" if whole.find(_GO_MARK) >= 0 else None
    except (OSError, ValueError):
        return None
    return None


def _forgets(name: str, words: Sequence[str]) -> bool:
    """Tell whether a program starts others without the environment that it was given."""
    own = words[: len(words) - len(_after_env(words))]
    return name in _FORGETFUL or (name == "env" and any(word in _EMPTYING for word in own))


def _after_env(words: Sequence[str]) -> Sequence[str]:
    """Return the command behind env's own options and settings; nothing where there is none."""
    index = 0
    while index < len(words) and (words[index].startswith("-") or "=" in words[index]):
        index += 2 if words[index] in _WITH_VALUE_OF_ENV else 1
    return words[index:]


def _isolated(words: Sequence[str]) -> bool:
    """Tell whether Python is told to look neither at its environment nor at what is installed."""
    index = 0
    while index < len(words) and re.fullmatch(r"-[a-zA-Z]+", words[index]):
        letters = words[index][1:]
        if set(letters.partition("c")[0].partition("m")[0]) & set("IES"):
            return True
        if letters[-1] in "cm":
            return False
        index += 2 if letters[-1] in "WX" else 1
    return False


def _by_name(name: str) -> str | None:
    if name.lower().startswith("python2"):  # to which our lines are no Python
        return None
    return _KNOWN.get(re.sub(r"[\d.]+(?:-config)?$", "", name.lower().removesuffix(".exe")))


def _by_shebang(head: bytes) -> str | None:
    """Return what reaches the interpreter of a script: of `#!/usr/bin/env -S node --flag` that is Node's."""
    words = head[2:].split(b"\n", 1)[0].decode("utf-8", "replace").split()
    names = [Path(word).name for word in words if not word.startswith("-") and "=" not in word]
    if len(names) > 1 and names[0] == "env":
        names = names[1:]
    return _by_name(names[0]) if names else None
