"""One key's nonces, shared by every session that has the key, and written down where a folder is given."""

from __future__ import annotations

import hashlib
import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from harness.mutants.clock import Clock, Deadline, pause
from harness.mutants.failures import Failure
from harness.mutants.messages import Account
from signer import Credentials, RandomNonces, RisingNonces, Scheme

#: Where a damaged note makes us begin: so far ahead of the clock that no earlier run can have been there.
JUMP_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NoncePlan:
    """What a nonce source is made from."""

    scheme: Scheme
    clock: Clock
    account: Account
    notes: Notes | None


#: A nonce source: called for each transmission.
Nonces = Callable[[], int | str]


class Notes:
    """The last nonce that may have been used, in a file of its own for each key."""

    def __init__(self, folder: str, credentials: Credentials, clock: Clock) -> None:
        self._clock = clock
        self._owner = hashlib.sha256(credentials.key.encode("utf-8", "surrogatepass")).hexdigest()
        self.path = Path(folder) / f"nonce-{self._owner[:16]}.json"

    def load(self, per_ms: int = 1) -> int:
        """Return the last nonce that may have been used; 0 where nothing was ever noted.

        A note that is damaged, or another key's, is answered by a number far ahead of the clock.

        Args:
            per_ms: How many nonces there are to the millisecond.
        """
        try:
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            return 0
        except (OSError, ValueError):
            return (self._clock.now_ms() + JUMP_MS) * per_ms
        try:
            note = json.loads(text)
            last = note["last"]
            if note == self._note(last) and type(last) is int and last >= 0:
                return last
        except (ValueError, TypeError, KeyError, RecursionError):
            pass
        return (self._clock.now_ms() + JUMP_MS) * per_ms

    def store(self, last: int) -> None:
        """Note a nonce, so that a process that is killed leaves either the old note or the new one.

        Raises:
            Failure: It cannot be written down, so it must not be used.
        """
        beside = self.path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(self._note(last)), "ascii")
            os.replace(beside, self.path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise Failure("unknown", f"the nonce cannot be written down: {error.strerror}") from None

    @contextmanager
    def turn(self, deadline: Deadline) -> Iterator[None]:
        """Let programs that share the notes follow one another: entered before a nonce is drawn.

        Raises:
            Failure: The notes cannot be had, so no nonce can be drawn, or not before the time was over.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Failure("unknown", f"the nonces cannot be locked: {error.strerror}") from None
        try:
            while not _locked(lock):
                deadline.left_s()
                pause(0.001)
            yield
        finally:
            os.close(lock)

    def _note(self, last: object) -> dict[str, object]:
        check = hashlib.sha256(f"{self._owner} {last}".encode()).hexdigest()
        return {"key": self._owner, "last": last, "check": check[:16]}


def _locked(lock: int) -> bool:
    """Try to have a file for ourselves; where no file can be locked, programs do not wait for one another."""
    with suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


class NotedNonces:
    """Rising integers that are written down before they are used, and looked up before the next is drawn.

    So they rise across restarts, and among programs that share the notes, a forked child included.
    """

    def __init__(self, clock: Callable[[], int], *, load: Callable[[], int], store: Callable[[int], None]) -> None:
        """Begin above what the notes say; arguments as for `signer.PersistentNonces`."""
        self._clock = clock
        self._load = load
        self._store = store
        self._last = load()
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """Return a nonce greater than every earlier one.

        Raises:
            Failure: It cannot be written down, so it must not be used.
        """
        with self._lock:
            nonce = max(self._last + 1, self._load() + 1, self._clock())
            self._store(nonce)
            self._last = nonce
            return nonce


def documented_nonces(plan: NoncePlan) -> Nonces:
    """Return what the scheme asks for: rising milliseconds, or 32 random letters and digits."""
    rule = plan.scheme.nonce_rule
    if rule is None or not rule.rising:
        return RandomNonces(random.SystemRandom().randbytes)
    return rising_nonces(plan)


def rising_nonces(plan: NoncePlan, per_ms: int = 1) -> Callable[[], int]:
    """Return integers that follow the clock, so many to the millisecond, and are noted where there are notes."""
    notes = plan.notes

    def now() -> int:
        return plan.clock.now_ms() * per_ms

    if notes is None:
        return RisingNonces(now)
    return NotedNonces(now, load=lambda: notes.load(per_ms), store=notes.store)


@dataclass(slots=True)
class Ring:
    """What belongs to one key, whoever uses it: its nonces, and whose turn it is."""

    nonces: Nonces
    rising: bool
    lock: threading.Lock = field(default_factory=threading.Lock)
    notes: Notes | None = None


#: Who may send now: entered before a nonce is drawn, left when the answer is there.
Turn = Callable[[Ring, Deadline], "Iterator[None]"]


@contextmanager
def one_at_a_time(ring: Ring, deadline: Deadline) -> Iterator[None]:
    """Let calls of a key with rising nonces follow one another, so that none overtakes.

    Raises:
        Failure: The time was over before it was our turn (kind `timeout`).
    """
    if not ring.rising:
        yield
        return
    if not ring.lock.acquire(timeout=deadline.left_s()):
        deadline.left_s()
        raise Failure("timeout", "another call with this key has not ended in time")
    try:
        if ring.notes is None:
            yield
        else:
            with ring.notes.turn(deadline):
                yield
    finally:
        ring.lock.release()


class Household:
    """All that sessions of one program share: the rings of their keys, and who they are."""

    def __init__(self) -> None:
        self._rings: dict[tuple[str, str], Ring] = {}
        self._lock = threading.Lock()
        self.opened: list[Credentials] = []

    def ring(self, dialect: str, credentials: Credentials, make: Callable[[], Ring]) -> Ring:
        """Return the ring of a key, made when the key is first met."""
        with self._lock:
            name = (dialect, credentials.key)
            if name not in self._rings:
                self._rings[name] = make()
            return self._rings[name]
