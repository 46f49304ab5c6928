"""A wall clock for programs that we can move: a small library, compiled when it is wanted, that the loader puts in.

It answers `clock_gettime`, `gettimeofday`, `time` and `timespec_get` for the wall clock alone, with as many
milliseconds added as stand in a file that both sides map. Monotonic clocks, sleeps and time limits stay as they are.
It reaches whatever asks the C library (Python, Node, PHP, Java, shells and their children), and not what asks the
kernel by itself (Go).
"""

from __future__ import annotations

import atexit
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

#: How the library is called, on disk and in the program's map of memory.
NAME = "libnoncense-clock.so"
_VARIABLE = "NONCENSE_CLOCK"
_COMPILE_S = 20

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *ahead_ms;
static int (*asked)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("NONCENSE_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(0, sizeof *ahead_ms, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) ahead_ms = page;
    close(file);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    if (!asked) asked = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = asked(which, now);
    if (!failed && ahead_ms && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        int64_t ms = *ahead_ms, ns = now->tv_nsec + ms % 1000 * 1000000;
        now->tv_sec += ms / 1000;
        if (ns < 0) { ns += 1000000000; now->tv_sec--; }
        if (ns > 999999999) { ns -= 1000000000; now->tv_sec++; }
        now->tv_nsec = ns;
    }
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec fine;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &fine)) return -1;
    now->tv_sec = fine.tv_sec;
    now->tv_usec = fine.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec fine;
    clock_gettime(CLOCK_REALTIME, &fine);
    if (into) *into = fine.tv_sec;
    return fine.tv_sec;
}

int timespec_get(struct timespec *now, int base) {
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, now) ? base : 0;
}
"""


class ChildClock:
    """The wall clock of one program, as far ahead of the machine's as we say."""

    def __init__(self, library: Path) -> None:
        """Make the file in which the distance stands; nothing is moved yet."""
        self._library = library
        descriptor, name = tempfile.mkstemp(prefix="noncense-clock-")
        os.close(descriptor)
        self._file = Path(name)
        self.set(0)

    def set(self, ahead_ms: int) -> None:
        """Let it be so many milliseconds ahead, or behind where negative, from now on."""
        with self._file.open("r+b" if self._file.stat().st_size else "wb") as file:
            file.write(struct.pack("=q", ahead_ms))

    def environment(self, inherited: Mapping[str, str]) -> Mapping[str, str]:
        """Return the variables with which a program is started, so that it goes by this clock."""
        before = inherited.get("LD_PRELOAD", "")
        return {"LD_PRELOAD": f"{self._library} {before}".strip(), _VARIABLE: str(self._file)}

    def reaches(self, pid: int) -> bool:
        """Tell whether a program has been started with it, and has taken it in."""
        try:
            return NAME in Path(f"/proc/{pid}/maps").read_text("utf-8", "replace")
        except OSError:
            return False

    def close(self) -> None:
        """Remove the file; a program that has mapped it keeps the last distance."""
        self._file.unlink(missing_ok=True)


def child_clock() -> ChildClock | None:
    """Return a clock for programs, or None where there is no means: another system than Linux, or no C compiler."""
    library = _library()
    return None if library is None else ChildClock(library)


@cache
def _library() -> Path | None:
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    folder = Path(tempfile.mkdtemp(prefix="noncense-clock-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = folder / NAME
    command = [compiler, "-O2", "-shared", "-fPIC", "-w", "-x", "c", "-", "-o", str(library), "-ldl"]
    try:
        done = subprocess.run(command, input=_SOURCE.encode(), capture_output=True, timeout=_COMPILE_S)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return library if done.returncode == 0 and library.is_file() else None
