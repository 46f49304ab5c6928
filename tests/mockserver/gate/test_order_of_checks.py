"""The gate asks in the dialect's order; the first no is the one that is said."""

from dataclasses import replace

import pytest

from mockserver import Check, Dialect, Refusal, Refused, Settings, dialect_named
from mockserver.core.exchange import Exchange
from signer import Accepted, Fields, Request, sign
from signer import Refused as NotBelieved

NOW = 1_700_000_000_000


def exchange_of(dialect: str | Dialect = "reference", **settings: object) -> Exchange:
    chosen = dialect_named(dialect) if isinstance(dialect, str) else dialect
    return Exchange(chosen, Settings(dialect=chosen.name, **settings))


def balances(exchange, key, *, nonce=1, timestamp_ms=NOW, secret=None):
    credentials = key.credentials if secret is None else replace(key.credentials, secret=secret)
    request = Request(method="GET", target=b"/v1/balances")
    return sign(exchange.dialect.scheme, request, credentials, nonce=nonce, timestamp_ms=timestamp_ms).request


def refusal(entry):
    return None if entry.refused is None else entry.refused.refusal


@pytest.fixture
def exchange():
    return exchange_of()


@pytest.fixture
def key(exchange):
    return exchange.registry.create_key()


def test_a_genuine_and_fresh_request_is_accepted_with_its_stages(exchange, key):
    entry = exchange.handle(balances(exchange, key), NOW)
    assert isinstance(entry.verdict, Accepted)
    assert entry.verdict.stages.signature == entry.fields.signature
    assert exchange.nonces.last(key.credentials.key) == 1


# Each line breaks one rule more than the one below it, from the first that is asked to the last.
TROUBLES = [
    ("maintenance", Refusal.MAINTENANCE),
    ("route", Refusal.UNKNOWN_ENDPOINT),
    ("size", Refusal.TOO_LARGE),
    ("missing", Refusal.MISSING_TIMESTAMP),
    ("malformed", Refusal.MALFORMED_NONCE),
    ("key", Refusal.UNKNOWN_KEY),
    ("state", Refusal.INACTIVE_KEY),
    ("address", Refusal.ADDRESS_NOT_ALLOWED),
    ("signature", Refusal.BAD_SIGNATURE),
    ("window", Refusal.TIMESTAMP_OUTSIDE_WINDOW),
    ("nonce", Refusal.NONCE_NOT_INCREASING),
    ("permission", Refusal.PERMISSION_DENIED),
]


@pytest.mark.parametrize("first", range(len(TROUBLES)))
def test_of_several_broken_rules_the_first_is_named(exchange, first):
    troubles = {name for name, _ in TROUBLES[first:]}
    key = exchange.registry.create_key(
        permissions=() if "permission" in troubles else ("read",),
        addresses=["10.0.0.0/8"] if "address" in troubles else None,
        state="revoked" if "state" in troubles else "active",
        last_nonce=5,
    )
    signing = key.credentials
    if "signature" in troubles:
        signing = replace(signing, secret="another secret")
    if "key" in troubles:
        signing = replace(signing, key="nobody")
    scheme = exchange.dialect.scheme
    target = b"/v1/nowhere" if "route" in troubles else b"/v1/balances"
    timestamp_ms = NOW - 60_001 if "window" in troubles else NOW
    nonce = 5 if "nonce" in troubles else 6
    request = sign(
        scheme, Request(method="GET", target=target), signing, nonce=nonce, timestamp_ms=timestamp_ms
    ).request
    if "malformed" in troubles:
        request = request.with_header(b"Nonce", b"01")
    if "missing" in troubles:
        request = request.with_header(b"Timestamp", b"")
    exchange.gate.maintenance = 30 if "maintenance" in troubles else None
    visit = exchange.begin(request, NOW, oversized="size" in troubles)
    exchange.judge(visit, NOW)
    answer = exchange.perform(visit)
    assert refusal(visit.entry) is TROUBLES[first][1]
    assert answer.status >= 400
    spent = exchange.nonces.last(key.credentials.key) == 6
    assert spent is (first == len(TROUBLES) - 1), "from the nonce's own check on, and no sooner, a nonce is spent"


@pytest.mark.parametrize("off_ms", [-60_000, 60_000])
def test_exactly_at_the_edge_of_the_window_is_fresh(exchange, key, off_ms):
    assert refusal(exchange.handle(balances(exchange, key, timestamp_ms=NOW + off_ms), NOW)) is None


@pytest.mark.parametrize("off_ms", [-60_001, 60_001])
def test_a_millisecond_beyond_the_window_is_not(exchange, key, off_ms):
    entry = exchange.handle(balances(exchange, key, timestamp_ms=NOW + off_ms), NOW)
    assert refusal(entry) is Refusal.TIMESTAMP_OUTSIDE_WINDOW
    assert entry.refused.facts["server_time"] == NOW


def test_a_wrong_signature_leaves_what_it_takes_to_find_the_mistake(exchange, key):
    entry = exchange.handle(balances(exchange, key, secret="another secret"), NOW)
    assert isinstance(entry.verdict, NotBelieved)
    assert entry.verdict.stages is not None
    assert entry.verdict.first_difference is not None
    assert key.credentials.secret not in entry.answer.body.decode()
    assert entry.verdict.stages.signature not in entry.answer.body.decode()


def test_a_replay_is_refused_and_quotes_the_last_nonce(exchange, key):
    request = balances(exchange, key, nonce=7)
    assert refusal(exchange.handle(request, NOW)) is None
    entry = exchange.handle(request, NOW)
    assert refusal(entry) is Refusal.NONCE_NOT_INCREASING
    assert entry.refused.facts["last_nonce"] == 7


def test_a_key_that_is_activated_again_is_let_in(exchange):
    key = exchange.registry.create_key(state="pending")
    assert refusal(exchange.handle(balances(exchange, key), NOW)) is Refusal.INACTIVE_KEY
    exchange.registry.set_state(key.credentials.key, type(key.state)("active"))
    assert refusal(exchange.handle(balances(exchange, key, nonce=2), NOW)) is None


@pytest.mark.parametrize(
    ("addresses", "peer", "allowed"),
    [
        (["10.1.0.0/16"], "10.1.2.3", True),
        (["10.1.0.0/16"], "10.2.2.3", False),
        (["10.1.2.3"], "10.1.2.3", True),
        (["::1", "127.0.0.1"], "::1", True),
        (["127.0.0.1"], "not an address", False),
    ],
)
def test_a_key_with_addresses_is_used_from_there_alone(exchange, addresses, peer, allowed):
    key = exchange.registry.create_key(addresses=addresses)
    entry = exchange.handle(balances(exchange, key), NOW, peer=peer)
    assert refusal(entry) is (None if allowed else Refusal.ADDRESS_NOT_ALLOWED)


def test_two_keys_of_one_account_see_one_balance_and_count_nonces_apart(exchange):
    first = exchange.registry.create_key(balances={"BTC": "3"})
    second = exchange.registry.create_key(account_of=first.credentials.key)
    assert second.account == first.account
    for key in (first, second):
        assert b'"available":"3.00000000"' in exchange.handle(balances(exchange, key, nonce=1), NOW).answer.body


def test_the_rate_is_enforced_only_where_it_is_asked_for():
    for enforced in (False, True):
        exchange = exchange_of(rate_limits=enforced)
        key = exchange.registry.create_key()
        entries = [exchange.handle(balances(exchange, key, nonce=number), NOW) for number in range(1, 12)]
        assert refusal(entries[-1]) is (Refusal.RATE_LIMITED if enforced else None)
        assert exchange.nonces.last(key.credentials.key) == 11, "a nonce is spent before the rate is looked at"
        if enforced:
            assert dict(entries[-1].answer.headers)["Retry-After"] == "1"


def test_single_use_nonces_are_refused_again_only_where_it_is_asked_for():
    for enforced in (False, True):
        exchange = exchange_of("bitunix", single_use_nonces=enforced)
        key = exchange.registry.create_key()
        request = sign(
            exchange.dialect.scheme,
            Request(method="GET", target=b"/api/spot/v1/user/account"),
            key.credentials,
            nonce="n" * 32,
            timestamp_ms=NOW,
        ).request
        first, second = exchange.handle(request, NOW), exchange.handle(request, NOW)
        assert refusal(first) is None
        assert refusal(second) is (Refusal.NONCE_REUSED if enforced else None)


def test_a_dialect_that_looks_at_the_nonces_form_late_does_not_miss_it_early():
    exchange = exchange_of("exmo")
    key = exchange.registry.create_key()
    unsigned = Request(method="POST", target=b"/v1.1/user_info", headers=(), body=b"")
    keyed = unsigned.with_header(b"Key", key.credentials.key.encode()).with_header(b"Sign", b"0" * 128)
    assert refusal(exchange.handle(keyed, NOW)) is Refusal.BAD_SIGNATURE


def test_a_public_call_needs_no_key_and_is_not_asked_for_its_credentials(exchange):
    entry = exchange.handle(Request(method="GET", target=b"/v1/time", headers=((b"Api-Key", b"x"),)), NOW)
    assert (entry.answer.status, entry.fields, entry.verdict) == (200, None, None)


def test_a_call_to_nowhere_is_filed_under_the_key_it_names(exchange, key):
    request = sign(
        exchange.dialect.scheme,
        Request(method="GET", target=b"/v2/balances"),
        key.credentials,
        nonce=1,
        timestamp_ms=NOW,
    ).request
    entry = exchange.handle(request, NOW)
    assert refusal(entry) is Refusal.UNKNOWN_ENDPOINT
    assert exchange.journal.of(key.credentials.key) == (entry,)
    assert entry.fields is None


def test_a_dialect_may_ask_in_another_order(key):
    dialect = dialect_named("reference")
    order = tuple(check for check in dialect.checks if check is not Check.NONCE)
    late = exchange_of(replace(dialect, checks=(*order, Check.NONCE)))
    powerless = late.registry.create_key(permissions=())
    assert refusal(late.handle(balances(late, powerless), NOW)) is Refusal.PERMISSION_DENIED
    assert late.nonces.last(powerless.credentials.key) == 0


def test_a_frozen_account_is_refused_where_the_dialect_asks_for_it():
    dialect = dialect_named("reference")
    exchange = exchange_of(replace(dialect, checks=(*dialect.checks, Check.ACCOUNT), write_refusal=_plainly))
    rows = (*dialect.refusals, replace(dialect.refusals[0], refusal=Refusal.ACCOUNT_FROZEN, variant=""))
    exchange = exchange_of(replace(exchange.dialect, refusals=rows))
    key = exchange.registry.create_key()
    key.venue.freeze(key.account)
    assert refusal(exchange.handle(balances(exchange, key), NOW)) is Refusal.ACCOUNT_FROZEN


def _plainly(refused: Refused, row, profile, request, now_ms):
    from mockserver import Answer

    return Answer(status=403, body=refused.refusal.value.encode())


def test_our_own_fault_is_answered_as_such_noted_once_and_drops_nothing(caplog):
    dialect = dialect_named("reference")

    def broken(request, found):
        raise RuntimeError("a bug of ours")

    exchange = exchange_of(replace(dialect, read_parameters=broken))
    key = exchange.registry.create_key()
    entry = exchange.handle(balances(exchange, key), NOW)
    assert entry.answer.status == 500
    assert refusal(entry) is Refusal.INTERNAL_ERROR
    assert len(exchange.own_faults) == 1
    assert [record.exc_info[0] for record in caplog.records] == [RuntimeError]


def test_fields_of_a_refused_request_are_kept(exchange):
    entry = exchange.handle(Request(method="GET", target=b"/v1/balances"), NOW)
    assert entry.fields == Fields()
    assert refusal(entry) is Refusal.MISSING_KEY


def test_the_journal_weighs_what_it_keeps():
    exchange = exchange_of(journal_bytes=1_000_000)
    fat = Request(method="GET", target=b"/v1/time", headers=((b"X", b"x" * 300_000),))
    for _ in range(10):
        exchange.handle(fat, NOW)
    assert len(exchange.journal.all()) == 3
    assert exchange.journal.dropped == 7
