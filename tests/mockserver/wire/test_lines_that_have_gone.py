"""A connection that has gone is gone: nothing of it waits until somebody looks for cycles."""

import asyncio
import gc

import pytest

from mockserver import MockExchange
from mockserver.wire.line import Line

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n"
SAID = {
    "a request": TIME + b"\r\n",
    "a last request": TIME + b"Connection: close\r\n\r\n",
    "a burst": (TIME + b"\r\n") * 40,
    "a burst with rubbish behind it": (TIME + b"\r\n") * 3 + b"rubbish\r\n\r\n",
    "rubbish": b"rubbish\r\n\r\n",
    "half a head": TIME,
    "half a body": b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nab",
    "a look at the control": b"GET /_noncense/health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "nothing": b"",
}


def lines() -> int:
    return sum(isinstance(each, Line) for each in gc.get_objects())


@pytest.mark.parametrize("listens", [True, False], ids=["who listens", "who goes at once"])
@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_a_line_that_has_gone_is_kept_by_nothing(said, listens):
    async def main() -> None:
        async with MockExchange() as exchange:
            for _ in range(3):
                reader, writer = await asyncio.open_connection("127.0.0.1", exchange.port)
                writer.write(said)
                if listens:
                    writer.write_eof()
                    await reader.read()
                writer.close()
                await writer.wait_closed()
            for _ in range(200):
                if lines() <= before:
                    break
                await asyncio.sleep(0)
            assert lines() <= before

    gc.collect()
    before = lines()
    gc.disable()
    try:
        asyncio.run(main())
    finally:
        gc.enable()
