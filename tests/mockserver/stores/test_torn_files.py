"""A power cut may tear the end off the log: then whole batches are missing, the newest ones, and nothing else."""

import shutil
from random import Random

import pytest

from mockserver.core.money import ZERO
from tests.mockserver.reference.reference_setup import NOW, Customer
from tests.mockserver.stores.store_setup import kept, opened

ORDERS = 12


@pytest.fixture(scope="module")
def torn_from(tmp_path_factory):
    """A file whose every order was a batch of its own, as it lay on the disk before anybody closed it."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "open").mkdir()
    exchange, outbox = opened(kept(folder / "open"))
    customer = Customer(exchange)
    outbox.commit()
    for _ in range(ORDERS):
        order = {"market": "BTC/USDT", "side": "buy", "price": "20000", "amount": "0.001"}
        assert exchange.handle(customer.request("POST", "/v1/orders", order), NOW).refused is None
        outbox.commit()
    for name in ("exchange.db", "exchange.db-wal"):
        shutil.copy(folder / "open" / name, folder / name)
    outbox.close()
    return folder


def torn(folder, whole, keep: float, *, scribble: bool = False):
    """Return how many orders are left of a file whose log ends early, or in rubbish."""
    shutil.copy(whole / "exchange.db", folder / "exchange.db")
    log = (whole / "exchange.db-wal").read_bytes()
    kept_bytes = log[: int(len(log) * keep)]
    (folder / "exchange.db-wal").write_bytes(kept_bytes + (Random(1).randbytes(5000) if scribble else b""))
    exchange, outbox = opened(kept(folder))
    try:
        keys = list(exchange.gate.keys.values())
        if not keys:
            return 0
        (key,) = keys
        orders = exchange.venue.orders_of(key.account)
        assert exchange.nonces.last(key.credentials.key) == len(orders) == len(exchange.journal.all())
        assert set(exchange.venue.ledger.sums().values()) == {ZERO}
        return len(orders)
    finally:
        outbox.close()


def test_a_whole_log_has_everything(tmp_path, torn_from):
    assert torn(tmp_path, torn_from, 1.0) == ORDERS


@pytest.mark.parametrize("scribble", [False, True])
@pytest.mark.parametrize("percent", [5, 40, 70, 83, 95, 99])
def test_a_torn_log_has_all_batches_up_to_some_point(tmp_path, torn_from, percent, scribble):
    assert torn(tmp_path, torn_from, percent / 100, scribble=scribble) < ORDERS


def test_the_later_it_is_torn_the_more_is_left(tmp_path_factory, torn_from):
    left = [torn(tmp_path_factory.mktemp("torn"), torn_from, percent / 100) for percent in range(50, 101, 10)]
    assert left == sorted(left)
    assert len(set(left)) > 3


def test_rubbish_behind_a_whole_log_does_no_harm(tmp_path, torn_from):
    assert torn(tmp_path, torn_from, 1.0, scribble=True) == ORDERS
