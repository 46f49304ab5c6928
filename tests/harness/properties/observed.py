"""Small observations made by hand: what an oracle would see if a client had done this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.cases import Arm, Call, Case
from harness.drivers.driver import Description, Failed, Reply
from harness.observation import KeyView, Observation, Record
from harness.properties.reporting import JUDGED
from harness.setting import Setting
from mockserver import Answer, Effect, Entry, Fault, FaultKind, Phase, Profile, Refusal, Refused, dialect_named
from signer import Credentials, Fields, Request

EVERYTHING = frozenset(
    {
        "balances",
        "place_order",
        "cancel_order",
        "open_orders",
        "withdraw",
        "deposit_address",
        "ticker",
        "order_book",
        "raw",
    }
)
ARM = Arm(fault="drop_answer", at="after_handler")
FAULT = Fault(kind=FaultKind.DROP_ANSWER, phase=Phase.AFTER_HANDLER)
ORDER = Call(
    operation="place_order",
    params={"market": "BTC/USDT", "side": "buy", "price": "15000", "amount": "0.5"},
    label=JUDGED,
)
CANCEL = Call(operation="cancel_order", params={"order_id": "7", "market": "BTC/USDT"}, label=JUDGED)
WITHDRAWAL = Call(operation="withdraw", params={"currency": "BTC", "amount": "0.5", "address": "x" * 30}, label=JUDGED)
READ = Call(operation="balances", label=JUDGED)


def setting(dialect: str = "reference", operations: frozenset[str] = EVERYTHING, features: str = "") -> Setting:
    client = Description(
        name="c",
        version="1",
        language="python",
        dialects=(dialect,),
        operations=operations,
        features=frozenset(features.split()),
    )
    return Setting(dialect=dialect_named(dialect), profile=Profile.DOCUMENTED, client=client, form="program")


def request(
    number: int,
    *,
    operation: str = "place_order",
    nonce: str | None = None,
    signature: str | None = None,
    timestamp: str | None = None,
    at_ms: int = 0,
    connection: int = 1,
    refusal: Refusal | None = None,
    effect: str = "",
    fault: Fault | None = None,
    answer: Answer | None = None,
    host: str = "127.0.0.1:80",
) -> Entry:
    """Return a request of its own nonce, timestamp and signature, unless these are given."""
    fields = Fields(
        key="k",
        signature=signature or f"s{number}",
        nonce=nonce or str(number),
        timestamp=timestamp or str(1000 + number),
        passphrase=None,
    )
    return Entry(
        number=number,
        connection=connection,
        server_ms=at_ms,
        arrived_ns=0,
        answered_ns=0,
        request=Request(method="POST", target=b"/v1/orders", headers=((b"Host", host.encode()),), body=b""),
        fields=fields,
        endpoint="POST /v1/orders",
        operation=operation,
        refused=Refused(refusal=refusal) if refusal else None,
        effects=(Effect(kind=effect, subject=str(number)),) if effect else (),
        answer=answer,
        fault=fault,
    )


def failed(kind: str, message: str = "no", status: int | None = None) -> Failed:
    return Failed(kind=kind, message=message, http_status=status)


def observed(
    call: Call,
    reply: Reply,
    entries: Sequence[Entry] = (),
    *,
    struck: int = 1,
    lasted_s: float = 0.0,
    before: Sequence[Record] = (),
    base_urls: Mapping[str, str] | None = None,
    where: Setting | None = None,
) -> Observation:
    """Return what was observed of one call."""
    record = Record(call=call, reply=reply, started_ns=0, ended_ns=int(lasted_s * 1e9), entries=tuple(entries))
    every = tuple(entry for earlier in before for entry in earlier.entries) + tuple(entries)
    view = KeyView(
        credentials=Credentials(key="k", secret="not told"),
        entries=every,
        before={},
        after={},
        orders=(),
        withdrawals=(),
    )
    return Observation(
        setting=where or setting(),
        records=(*before, record),
        keys={"k": view},
        others=(),
        canary=(),
        struck=((ARM, struck),),
        opened={},
        stderr="",
        base_urls=base_urls or {"a": "http://127.0.0.1:80"},
    )


def case_of(call: Call, *, what: str = "got no answer") -> Case:
    return Case(steps=(ARM, call), about={"what": what})
