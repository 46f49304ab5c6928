"""A power cut may tear the end off what was written last: then whole batches are missing, the newest, and no others."""

import shutil
from random import Random

import pytest

from mockserver.core.money import ZERO
from mockserver.errors import StoreError
from tests.mockserver.reference.reference_setup import NOW, Customer
from tests.mockserver.stores.store_setup import kept, killed, opened

ORDERS = 12


#: Where batches lie at first, by how durable they shall be.
LIES = {"": "exchange.db-intake", "?durable=full": "exchange.db-wal"}


@pytest.fixture(scope="module", params=LIES)
def torn_from(tmp_path_factory, request):
    """A file whose every order was a batch of its own, as it lay on the disk before anybody closed it."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "open").mkdir()
    exchange, outbox = opened(kept(folder / "open", durable=request.param))
    customer = Customer(exchange)
    outbox.commit()
    for _ in range(ORDERS):
        order = {"market": "BTC/USDT", "side": "buy", "price": "20000", "amount": "0.001"}
        assert exchange.handle(customer.request("POST", "/v1/orders", order), NOW).refused is None
        outbox.commit()
    left = killed(folder / "open")
    outbox.close()
    return left, LIES[request.param]


def torn(folder, torn_from, keep: float, *, scribble: bool = False):
    """Return how many orders are left of a file whose newest part ends early, or in rubbish."""
    whole, name = torn_from
    for path in whole.glob("exchange.db*"):
        shutil.copy(path, folder / path.name)
    written = (whole / name).read_bytes()
    kept_bytes = written[: int(len(written) * keep)]
    (folder / name).write_bytes(kept_bytes + (Random(1).randbytes(5000) if scribble else b""))
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


def test_whole_it_has_everything(tmp_path, torn_from):
    assert torn(tmp_path, torn_from, 1.0) == ORDERS


@pytest.mark.parametrize("scribble", [False, True])
@pytest.mark.parametrize("percent", [5, 40, 70, 83, 95, 99])
def test_torn_it_has_all_batches_up_to_some_point(tmp_path, torn_from, percent, scribble):
    assert torn(tmp_path, torn_from, percent / 100, scribble=scribble) < ORDERS


def test_the_later_it_is_torn_the_more_is_left(tmp_path_factory, torn_from):
    left = [torn(tmp_path_factory.mktemp("torn"), torn_from, percent / 100) for percent in range(50, 101, 10)]
    assert left == sorted(left)
    assert len(set(left)) > 3


def test_rubbish_behind_the_whole_does_no_harm(tmp_path, torn_from):
    assert torn(tmp_path, torn_from, 1.0, scribble=True) == ORDERS


@pytest.fixture
def left_lying(tmp_path):
    """Where a process was killed that had put nothing away yet."""
    exchange, outbox = opened(kept(tmp_path))
    customer = Customer(exchange)
    order = {"market": "BTC/USDT", "side": "buy", "price": "20000", "amount": "0.001"}
    assert exchange.handle(customer.request("POST", "/v1/orders", order), NOW).refused is None
    outbox.commit()
    left = killed(tmp_path)
    outbox.close()
    return left


@pytest.mark.parametrize("durable", ["", "?durable=full"])
def test_who_opens_the_file_again_puts_away_what_was_left_lying(left_lying, durable):
    assert (left_lying / "exchange.db-intake").stat().st_size > 0
    for _ in range(2):
        exchange, outbox = opened(kept(left_lying, durable=durable))
        (key,) = exchange.gate.keys.values()
        assert len(exchange.venue.orders_of(key.account)) == 1
        outbox.close()
        assert [path.name for path in left_lying.iterdir()] == ["exchange.db"]


def test_what_was_left_of_a_file_that_is_missing_is_not_touched(left_lying):
    (left_lying / "exchange.db").rename(left_lying / "moved.db")
    left = {path.name: path.read_bytes() for path in left_lying.iterdir()}
    assert set(left) == {"moved.db", "exchange.db-wal", "exchange.db-intake"}
    for _ in range(2):
        with pytest.raises(StoreError, match="put it back, or delete that too"):
            opened(kept(left_lying, seed=5))
    assert {path.name: path.read_bytes() for path in left_lying.iterdir()} == left
    (left_lying / "moved.db").rename(left_lying / "exchange.db")
    exchange, outbox = opened(kept(left_lying))
    (key,) = exchange.gate.keys.values()
    assert len(exchange.venue.orders_of(key.account)) == 1
    outbox.close()


@pytest.mark.parametrize("name", ["exchange.db-wal", "exchange.db-intake"])
def test_either_of_them_is_enough_to_be_careful(left_lying, name):
    for path in left_lying.iterdir():
        if path.name != name:
            path.unlink()
    with pytest.raises(StoreError, match=f"{name} is not"):
        opened(kept(left_lying))
    (left_lying / name).unlink()
    exchange, outbox = opened(kept(left_lying))
    assert not exchange.gate.keys
    outbox.close()
