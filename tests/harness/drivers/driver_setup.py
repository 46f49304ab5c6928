"""What the tests of the drivers share: drivers of the evil program, and of the tame adapter in all its forms."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.drivers import ObjectClient, ProgramClient
from harness.drivers.driver import Driver, Target
from harness.drivers.in_process import InProcessDriver
from harness.drivers.subprocess import SubprocessDriver

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
TAME = HERE / "tame_adapter.py"

#: Long enough for a loaded machine, and never waited for by a test that passes.
PLENTY_S = 60.0


def target(*, debug: bool = False, state_dir: str | None = None) -> Target:
    return Target(
        dialect="reference",
        base_url="http://127.0.0.1:9",
        key="k",
        secret="the secret of the session",
        options={"debug": True} if debug else {},
        state_dir=state_dir,
    )


@contextmanager
def evil(
    vice: str, *, limit_s: float = PLENTY_S, probe_s: float = PLENTY_S, environment: dict[str, str] | None = None
) -> Iterator[SubprocessDriver]:
    client = ProgramClient(argv=(sys.executable, str(HERE / "evil_program.py"), vice))
    driver = SubprocessDriver(client, limit_s=limit_s, probe_s=probe_s, environment=environment)
    try:
        yield driver
    finally:
        driver.shutdown()


@contextmanager
def opened(vice: str, *, limit_s: float = PLENTY_S, probe_s: float = PLENTY_S) -> Iterator[SubprocessDriver]:
    with evil(vice, limit_s=limit_s, probe_s=probe_s) as driver:
        driver.describe("reference")
        driver.open("a", target())
        yield driver


def in_process(reference: object, *, limit_s: float = PLENTY_S) -> InProcessDriver:
    return InProcessDriver(ObjectClient(reference=reference), limit_s=limit_s)


def program(*argv: str) -> SubprocessDriver:
    return SubprocessDriver(ProgramClient(argv=argv), limit_s=PLENTY_S, probe_s=PLENTY_S)


def tame(form: str, flavour: str) -> Driver:
    """Return a driver of the tame adapter: in process, as a program, or as a program beside a copied kit."""
    match form:
        case "in process":
            return in_process(f"{TAME}:{flavour.upper()}")
        case "program":
            return program(sys.executable, str(TAME), flavour)
        case "beside a copied kit":
            return program(sys.executable, str(TAME), flavour, "alone")
        case "served by the harness":
            return program(sys.executable, "-m", "harness.drivers", f"{TAME}:{flavour.upper()}")
    raise AssertionError(form)


def descriptors() -> set[str]:
    """The descriptors that this process has open."""
    return set(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else set()
