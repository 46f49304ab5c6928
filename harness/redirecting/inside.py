"""Runs a command where there is no network but what we put there: `inside.py PLAN COMMAND...`, or `inside.py --try`.

A program by itself, for it has to be alone in its process and quick to start: the standard library, and no import of
ours. What it makes: namespaces for the network, mounts, processes and, for who is not root, users. What stands in
between: the *outer* process, which is the one that was started; the *first* process of the new namespace, with whose
end the kernel ends everything inside; and the command.

PLAN is a file of JSON with the members of `Plan`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import select
import signal
import socket
import struct
import sys
from typing import NamedTuple, NoReturn

_NEW_MOUNTS, _NEW_USERS, _NEW_PROCESSES, _NEW_NETWORK = 0x20000, 0x10000000, 0x20000000, 0x40000000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_NO_SUID, _NO_DEVICES, _NO_EXECUTION = 2, 4, 8
_DIE_WITH_PARENT = 1
_SET_FLAGS, _UP, _RUNNING = 0x8914, 0x1, 0x40
_NEW_ROUTE, _REQUEST, _ACKNOWLEDGE, _CREATE = 24, 1, 4, 0x400
#: A signal that came from the terminal, which tells everybody in the foreground by itself.
_FROM_KERNEL = 128
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
#: What is said once somebody takes what comes in at the sockets.
_GO = b"g"
#: How long it is waited until somebody has heard what went wrong.
_HEARD_S = 5.0

_c = ctypes.CDLL(None, use_errno=True)


class Plan(NamedTuple):
    """What is wanted inside.

    Attributes:
        control: A folder with the socket `s`, at which listening sockets are handed out.
        binds: Pairs of a file and the path that it takes the place of.
        tcp: The ports to listen at for connections.
        udp: The ports to listen at for datagrams.
    """

    control: str
    binds: list[tuple[str, str]]
    tcp: list[int]
    udp: list[int]


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    words = [word if word is None else os.fsencode(word) for word in (source, target, kind)]
    _checked(_c.mount(*words, ctypes.c_ulong(flags), None), f"mount {target}")


def part() -> None:
    """Leave the namespaces of everybody else; those of processes are left by the next fork.

    Raises:
        OSError: The system does not let us.
    """
    wanted = _NEW_MOUNTS | _NEW_NETWORK | _NEW_PROCESSES
    user, group = os.geteuid(), os.getegid()
    if user == 0 and _c.unshare(wanted) == 0:
        return
    _checked(_c.unshare(wanted | _NEW_USERS), "unshare")
    # Who it was before it still is, so that the command sees the user that it always sees.
    for file, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as target:
            target.write(text)


def furnish(binds: list[tuple[str, str]]) -> list[str]:
    """Set up what is inside: loopback, processes of its own, files in the place of others.

    Returns:
        What could not be had, and can be done without.

    Raises:
        OSError: The system does not let us.
    """
    missing = []
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    try:
        _mount("proc", "/proc", "proc", _NO_SUID | _NO_DEVICES | _NO_EXECUTION)
    except OSError as problem:
        missing.append(str(problem.strerror))
    for source, target in binds:
        if os.path.exists(target):
            _mount(source, os.path.realpath(target), None, _BIND)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP | _RUNNING))
    try:
        _bring_all_home()
    except OSError as problem:
        missing.append(f"a route for addresses: {problem.strerror}")
    return missing


def _bring_all_home() -> None:
    """Let every address of IPv4 be this machine's, so that who connects to one is heard.

    Raises:
        OSError: The system does not let us.
    """
    out = struct.pack("=HHI", 8, 4, socket.if_nametoindex("lo"))
    route = struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, 255, 4, 254, 2, 0)  # anything, in the local table
    head = struct.pack("=IHHII", 16 + len(route) + len(out), _NEW_ROUTE, _REQUEST | _ACKNOWLEDGE | _CREATE, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
        kernel.send(head + route + out)
        failed = -struct.unpack_from("=i", kernel.recv(4096), 16)[0]
    if failed:
        raise OSError(failed, os.strerror(failed))


def listening(tcp: list[int], udp: list[int]) -> list[socket.socket]:
    """Return sockets that listen at some ports of every address inside."""
    made = [socket.create_server(("", port), backlog=128) for port in tcp]
    for port in udp:
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO: whom a datagram was for
        one.bind(("", port))
        made.append(one)
    return made


def _first(plan: Plan, command: list[str], alive: int, report: int, before: set[int]) -> NoReturn:
    """Be the first process: set everything up, start the command, and go when it does, or when nobody needs it."""
    _c.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    control = socket.socket(socket.AF_UNIX)
    try:
        # By way of the open folder: its name may be longer than the name of a socket may be.
        folder = os.open(plan.control, os.O_RDONLY)
        control.connect(f"/proc/self/fd/{folder}/s")
        os.close(folder)
        missing = furnish(plan.binds)
        ears = listening(plan.tcp, plan.udp)
    except OSError as problem:
        said = f"noncense: cannot set up a network of its own: {problem}"
        with contextlib.suppress(OSError):
            control.settimeout(_HEARD_S)
            control.sendall(said.encode() + b"\n")
            control.recv(1)  # it is closed once that was heard
        _end(said, 125)
    told = json.dumps({"missing": missing}).encode() + b"\n"
    try:
        socket.send_fds(control, [told], [one.fileno() for one in ears])
        heard = control.recv(1)
    except OSError:
        heard = b""
    if heard != _GO:
        _end("noncense: who leads the command to the exchange is gone", 125)
    for one in ears:
        one.close()
    waking, wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = os.fork()
    if child == 0:
        _execute(command, before, control)
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)  # what the terminal tells the group, the command has heard by itself
    for number in _PASSED_ON:
        signal.signal(number, lambda number, _frame: _tell(child, number))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    while True:
        ready, _, _ = select.select([waking, alive, control.fileno()], [], [])
        if waking in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(waking, 4096)
            _reap(child, report, control)
        if alive in ready or control.fileno() in ready:
            os._exit(137)


def _reap(child: int, report: int, control: socket.socket) -> None:
    """Take note of whoever has ended; with the command everything ends."""
    while True:
        try:
            ended, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if ended == 0:
            return
        if ended == child:
            left = _others()
            if left:
                with contextlib.suppress(OSError):
                    control.settimeout(_HEARD_S)
                    control.sendall(f"it left processes running, which end with it: {', '.join(left)}\n".encode())
            os.write(report, struct.pack("=i", status))
            os._exit(0)


def _others() -> list[str]:
    """Return the names of those that are still inside, besides the first process; at most ten."""
    names: list[str] = []
    if os.readlink("/proc/self") != str(os.getpid()):
        return names  # it shows the processes of everybody
    for folder in os.listdir("/proc"):
        if folder.isdecimal() and folder != "1":
            with contextlib.suppress(OSError), open(f"/proc/{folder}/stat", encoding="utf-8", errors="replace") as file:
                name, _, rest = file.read().partition("(")[2].rpartition(")")
                if not rest.lstrip().startswith("Z"):
                    names.append(name)
    return sorted(names)[:10]


def _execute(command: list[str], before: set[int], control: socket.socket) -> NoReturn:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        os.execvp(command[0], command)  # noqa: S606 - this is what we are asked to do
    except OSError as problem:
        said = f"noncense: cannot start {command[0]}: {problem.strerror}"
        with contextlib.suppress(OSError):
            control.sendall(said.encode() + b"\n")
        _end(said, 127 if problem.errno == errno.ENOENT else 126)


def _tell(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _end(said: str, status: int) -> NoReturn:
    with contextlib.suppress(OSError):
        os.write(2, said.encode() + b"\n")
    os._exit(status)


def run(plan: Plan, command: list[str]) -> NoReturn:
    """Run a command inside, and end as it ends: with its status, or by its signal."""
    try:
        part()
    except OSError as problem:
        _end(f"noncense: this machine allows no namespaces: {problem.strerror}", 125)
    watched = {signal.SIGCHLD, *_PASSED_ON}
    before = {int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, watched)}
    alive, held = os.pipe()
    heard, report = os.pipe()
    first = os.fork()
    if first == 0:
        os.close(held)
        os.close(heard)
        try:
            _first(plan, command, alive, report, before)
        finally:
            os._exit(125)
    os.close(alive)
    os.close(report)
    while True:
        told = signal.sigwaitinfo(watched)
        if told.si_signo != signal.SIGCHLD:
            if told.si_code != _FROM_KERNEL:
                _tell(first, told.si_signo)
            continue
        ended, status = os.waitpid(first, os.WNOHANG)
        if ended:
            break
    own = os.read(heard, 4)
    status = struct.unpack("=i", own)[0] if len(own) == 4 else status
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 125)


def attempt() -> NoReturn:
    """Try whether this machine allows what it takes; a line on stderr says what it does not."""
    try:
        part()
        first = os.fork()
        if first == 0:
            try:
                furnish([("/dev/null", "/etc/hosts")])
                listening([443], [53])
            except OSError as problem:
                _end(str(problem.strerror), 1)
            os._exit(0)
    except OSError as problem:
        _end(str(problem.strerror), 1)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)


if __name__ == "__main__":
    if sys.argv[1:] == ["--try"]:
        attempt()
    with open(sys.argv[1], encoding="utf-8") as _file:
        _plan = Plan(**json.load(_file))
    run(_plan, sys.argv[2:])
