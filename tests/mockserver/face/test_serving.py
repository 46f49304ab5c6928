"""The exchange by itself, as a process and as a coroutine."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from mockserver import MockExchange, Settings, serve
from tests.mockserver.raw_client import Caller

PROGRAM = """
from mockserver import Settings, run
run(Settings(), lambda exchange: print(exchange.port, flush=True))
"""

HEAVY = ("hypothesis", "pytest", "rich", "jinja2", "trustme", "cryptography", "click", "harness")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_stop(number):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    port = int(process.stdout.readline())
    with Caller(port) as caller:
        assert caller.send(b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").reply().status == 200
    process.send_signal(number)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


def test_serving_imports_nothing_that_only_the_harness_needs():
    code = f"import sys, mockserver.serving; print([name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert found.stdout.strip() == "[]"


def test_serving_in_a_loop_ends_when_it_is_stopped():
    seen: list[MockExchange] = []

    async def main():
        stop = asyncio.Event()

        def ready(exchange):
            seen.append(exchange)
            stop.set()

        await asyncio.wait_for(serve(Settings(), ready, stop=stop), 10)

    asyncio.run(main())
    with pytest.raises(ConnectionRefusedError):
        Caller(seen[0].port)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_process_that_serves_takes_as_many_open_files_as_it_may():
    code = (
        "import resource; from mockserver.serving import open_more_files\n"
        "hard = min(3000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard)); open_more_files()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


SEVERAL = """
from mockserver import Settings, run_several
told = [Settings(dialect="reference", port=None), Settings(dialect="exmo", port=0)]
run_several(told, on_ready=lambda exchanges: print(exchanges.port, exchanges["exmo"].port, flush=True))
"""


def test_several_are_served_until_they_are_told_to_stop():
    process = subprocess.Popen(
        [sys.executable, "-c", SEVERAL], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    shared, own = map(int, process.stdout.readline().split())
    for port, asked in ((shared, b"GET /v1/time HTTP/1.1\r\nHost: reference\r\n\r\n"), (own, EXMO)):
        with Caller(port) as caller:
            assert caller.send(asked).reply().status == 200
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


EXMO = b"GET /v1.1/ticker HTTP/1.1\r\nHost: whoever\r\n\r\n"
