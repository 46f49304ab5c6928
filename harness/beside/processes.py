"""What a program and its children are doing, as Linux tells it below /proc; elsewhere nothing is seen."""

from __future__ import annotations

import contextlib
import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")


def can_be_seen(pid: int) -> bool:
    """Tell whether this system shows what a process of ours does."""
    return (_PROC / str(pid) / "cmdline").exists()


def family_of(pid: int) -> Iterator[int]:
    """Yield a process and its descendants, as far as they are alive."""
    waiting, seen = [pid], {pid}
    while waiting:
        one = waiting.pop()
        yield one
        for child in _children(one):
            if child not in seen:
                seen.add(child)
                waiting.append(child)


def _children(pid: int) -> Iterator[int]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return
    for thread in threads:
        yield from (int(word) for word in _read(f"/proc/{pid}/task/{thread}/children").split() if word.isdigit())


def command_line(pid: int) -> str:
    """Return a process's command line, its words apart by blanks; "" where it is gone."""
    return _read(f"/proc/{pid}/cmdline").replace("\0", " ").strip()


def open_files(pid: int) -> int | None:
    """Return how many files and sockets a process has open; None where that cannot be seen."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return None


def forget_peak(pid: int) -> None:
    """Let the most memory of a process be counted from now on, where the system can."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


def peak_bytes(pid: int) -> int | None:
    """Return the most memory that a process has taken so far; None where that cannot be seen."""
    return _memory(pid, "VmHWM:")


def resident_bytes(pid: int) -> int | None:
    """Return the memory that a process takes now; None where that cannot be seen."""
    return _memory(pid, "VmRSS:")


def _memory(pid: int, which: str) -> int | None:
    for line in _read(f"/proc/{pid}/status").splitlines():
        if line.startswith(which):
            return int(line.split()[1]) * 1024
    return None


def strangers(pids: list[int]) -> Iterator[str]:
    """Yield the addresses beyond this machine to which processes are connected, or try to be."""
    sockets = {link for pid in pids for link in _links(pid)}
    if not sockets or not pids:
        return
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in _read(f"/proc/{pids[0]}/net/{table}").splitlines()[1:]:
            words = line.split()
            if len(words) > 9 and f"socket:[{words[9]}]" in sockets and (there := beyond(words[2])):
                yield f"{there} ({table[:3]})"


def _links(pid: int) -> Iterator[str]:
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return
    for name in names:
        try:
            link = os.readlink(f"/proc/{pid}/fd/{name}")
        except OSError:
            continue
        if link.startswith("socket:"):
            yield link


def beyond(remote: str) -> str:
    """Return an address of /proc/net as people write it; "" for this machine's own, and for none."""
    digits, _, port = remote.partition(":")
    raw = bytes.fromhex(digits)
    words = b"".join(raw[start : start + 4][::-1] for start in range(0, len(raw), 4))
    address = ipaddress.ip_address(words)
    mapped = getattr(address, "ipv4_mapped", None)
    address = address if mapped is None else mapped
    if address.is_loopback or address.is_unspecified:
        return ""
    return f"{address} port {int(port, 16)}"


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
