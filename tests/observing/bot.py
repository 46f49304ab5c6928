"""A bot that nobody adapted: `bot.py DIALECT ROUNDS [MISTAKE]`. It makes each call once, and goes on when one fails.

It finds the exchange as any program would, by its environment, and drives the client of `harness.mutants`, right or
wrong in one thing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace

from harness.adapter import ClientError, Skipped
from harness.cases import Call
from harness.drivers.driver import Description
from harness.mutants import Adapter, adapter_with
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Profile, dialect_named

#: Blanks, delimiters, marks that encoders disagree about, letters beyond ASCII, nothing, a control, a lot.
VALUES = ("two words", "a+b&c=d%2C", "it's (so)!*~,", "Grüße 東京", "", "line\nbreak", "long " * 2000)
#: Names that are sorted in different orders by bytes and by letters.
AWKWARD = {"B": "1", "a_b": "2", "aB": "3", "a1": "4"}


def script(dialect: str) -> Sequence[Call]:
    """Return what the bot does in a round; no call comes twice in a row."""
    description = Description(
        name="bot",
        version="",
        language="python",
        dialects=(dialect,),
        operations=frozenset(Adapter.operations),
        features=frozenset(),
    )
    setting = Setting(dialect=dialect_named(dialect), profile=Profile.DOCUMENTED, client=description, form="program")
    return [
        *calls.plain_calls(setting),
        calls.place(setting),
        *calls.public_calls(setting)[:2],
        *(
            calls.raw(setting, {"note": value, "b": "2", "a": "1"}, method=method)
            for method in calls.raw_methods(setting)
            for value in VALUES
        ),
        calls.raw(setting, AWKWARD),
        calls.raw(setting, {"list": ["x", "x", "y"]}),
    ]


def session_at(adapter: Adapter, dialect: str, url: str, key: str, secret: str):
    """Open a session as a bot does that has read its settings."""
    target = SimpleNamespace(
        dialect=dialect,
        base_url=url,
        key=key,
        secret=secret,
        ca_file=None,
        proxy_url=None,
        timeout_s=5.0,
        options={},
        state_dir=None,
    )
    return adapter.open(target)


def work(session, todo: Sequence[Call]) -> None:
    """Make calls; what fails is passed over."""
    for call in todo:
        try:
            session.call(call.operation, dict(call.params))
        except (ClientError, Skipped, LookupError):
            continue


def main(dialect: str, rounds: int, mistake: str = "") -> None:
    adapter = adapter_with(mistake) if mistake else Adapter()
    found = os.environ
    session = session_at(adapter, dialect, found["NONCENSE_URL"], found["NONCENSE_KEY"], found["NONCENSE_SECRET"])
    for _ in range(rounds):
        work(session, script(dialect))
    session.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
