"""A bot that nobody adapted: `bot.py DIALECT CALLS [MISTAKE]`. It makes each call once, and goes on when one fails.

It finds the exchange as any program would, by its environment, and drives the client of `harness.mutants`, right or
wrong in one thing.
"""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

from harness.adapter import ClientError, Skipped
from harness.drivers.driver import Description
from harness.mutants import Adapter, adapter_with
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Profile, dialect_named


def main(dialect: str, rounds: int, mistake: str = "") -> None:
    adapter = adapter_with(mistake) if mistake else Adapter()
    target = SimpleNamespace(
        dialect=dialect,
        base_url=os.environ["NONCENSE_URL"],
        key=os.environ["NONCENSE_KEY"],
        secret=os.environ["NONCENSE_SECRET"],
        ca_file=None,
        proxy_url=None,
        timeout_s=3.0,
        options={},
        state_dir=None,
    )
    session = adapter.open(target)
    description = Description(
        name="bot",
        version="",
        language="python",
        dialects=(dialect,),
        operations=frozenset(adapter.operations),
        features=frozenset(),
    )
    setting = Setting(dialect=dialect_named(dialect), profile=Profile.DOCUMENTED, client=description, form="program")
    values = ("two words", "a+b&c=d%2C", "it's (so)!*~,", "Grüße 東京", "", "line\nbreak", "long " * 2000)
    awkward = {"B": "1", "a_b": "2", "aB": "3", "a1": "4"}
    script = [
        *calls.plain_calls(setting),
        calls.place(setting),
        *calls.public_calls(setting)[:2],
        *(
            calls.raw(setting, {"note": value, "b": "2", "a": "1"}, method=method)
            for method in calls.raw_methods(setting)
            for value in values
        ),
        calls.raw(setting, awkward),
        calls.raw(setting, {"list": ["x", "x", "y"]}),
    ]
    for _turn in range(rounds):
        for call in script:
            try:
                session.call(call.operation, dict(call.params))
            except (ClientError, Skipped, LookupError):
                continue
    session.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
