"""A watch over the client's program: what it writes, starts and speaks to while a case is played.

The program gets a folder for temporary files of its own, and a proxy through which whatever is not for the exchange
comes to light. Processes and connections are looked at again and again, so that what lives shorter than a look is
missed, and what is seen was there.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from harness.beside import processes
from harness.beside.facts import Beside
from harness.beside.files import written_since
from harness.beside.proxy import Proxy

#: Between two looks at processes, and between two looks at their connections.
_LOOK_S, _FAR_LOOK_S = 0.002, 0.01
#: File times are coarser than the clock.
_COARSE_NS = 20_000_000


class Watch:
    """Watches one program at a time."""

    def __init__(self) -> None:
        """Make the program's surroundings."""
        self._temporary = tempfile.TemporaryDirectory(prefix="noncense-watched-")
        self.proxy = Proxy(guarded=False, ports=())
        self._pid_of: Callable[[], int | None] = lambda: None
        self._looking = threading.Event()
        self._thread: threading.Thread | None = None
        self._lines: dict[str, None] = {}
        self._strangers: dict[str, None] = {}
        self._since_ns = 0
        self._passed = 0
        self._seen = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The command lines that have been seen so far."""
        return tuple(self._lines)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the program's environment holds besides what it inherits."""
        folder, proxy = self._temporary.name, self.proxy.url
        own = {"TMPDIR": folder, "TMP": folder, "TEMP": folder}
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"), proxy)
        return {**own, **proxies, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}

    def begin(self, pid_of: Callable[[], int | None], ports: set[int], *, looking: bool) -> None:
        """Begin to watch.

        Args:
            pid_of: The program, while there is one.
            ports: Where the exchange listens.
            looking: Whether processes and connections are looked at, which takes time from everybody.
        """
        self.proxy.ports |= ports
        self._passed = len(self.proxy.passed)
        self._lines.clear()
        self._strangers.clear()
        self._since_ns = time.time_ns() - _COARSE_NS  # noqa: TID251 - files are dated by the machine's clock
        self._pid_of = pid_of
        self._seen = False
        if not looking:
            return
        self._looking.set()
        self._thread = threading.Thread(target=self._look, name="noncense-watch", daemon=True)
        self._thread.start()

    def end(self, *folders: Path) -> Beside:
        """Stop watching, and return what was seen.

        Args:
            folders: Where else the program may have written, its working folder apart.
        """
        self._looking.clear()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        own = Path(self._temporary.name)
        deep = written_since([own, *folders], self._since_ns, depth=6)
        near = written_since([Path.cwd()], self._since_ns, depth=2)
        shared = written_since([Path(tempfile.gettempdir())], self._since_ns, depth=0)
        return Beside(
            passed=tuple(self.proxy.passed[self._passed :]),
            written=tuple({found.path: found for found in (*deep, *near, *shared)}.values()),
            command_lines=tuple(self._lines),
            strangers=tuple(self._strangers),
            watched=frozenset({"files", "processes", "network"} if self._seen else {"files"}),
        )

    def close(self) -> None:
        """Let everything go."""
        self._looking.clear()
        self.proxy.close()
        self._temporary.cleanup()

    def _look(self) -> None:
        far = 0.0
        while self._looking.is_set():
            pid = self._pid_of()
            if pid is not None and processes.can_be_seen(pid):
                self._seen = True
                family = list(processes.family_of(pid))
                for one in family:
                    if one != pid and (line := processes.command_line(one)):
                        self._lines.setdefault(line)
                if time.monotonic() >= far:
                    for stranger in processes.strangers(family):
                        self._strangers.setdefault(stranger)
                    far = time.monotonic() + _FAR_LOOK_S
            time.sleep(_LOOK_S)
