"""Whatever a customer does on spot and futures, one call after another, the books stay whole and no fault is ours."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.wallets import Wallet
from tests.mockserver.bitunix.futures_talk import FuturesTalk

PRICES = st.sampled_from(["60000", "63000", "64200", "64250.51", "64300", "64500", "66000", "68000", "100000"])
QUANTITIES = st.sampled_from(["0.00005", "0.001", "0.01", "0.1", "1", "4", "0", "x"])
IDS = st.sampled_from(["730000000000000001", "730000000000000003", "740000000000000001", "9000001", "9000002", "a", ""])
SIDES = st.sampled_from(["BUY", "SELL"])


def some(required: dict[str, st.SearchStrategy[object]], optional: dict[str, st.SearchStrategy[object]]) -> object:
    return st.fixed_dictionaries(required, optional=optional)


WISHES = {
    "tpPrice": PRICES,
    "slPrice": PRICES,
    "tpStopType": st.sampled_from(["LAST_PRICE", "MARK_PRICE"]),
    "slOrderType": st.sampled_from(["LIMIT", "MARKET"]),
    "slOrderPrice": PRICES,
    "tpQty": QUANTITIES,
}
ORDER = some(
    {
        "symbol": st.just("BTCUSDT"),
        "side": SIDES,
        "orderType": st.sampled_from(["LIMIT", "MARKET", "MARKET"]),
        "qty": QUANTITIES,
        "price": PRICES,
    },
    {
        "effect": st.sampled_from(["GTC", "IOC", "FOK", "POST_ONLY"]),
        "reduceOnly": st.booleans(),
        "tradeSide": st.sampled_from(["OPEN", "CLOSE"]),
        "positionId": IDS,
        "clientId": st.sampled_from(["a", "b"]),
        **WISHES,
    },
)
NAMED = {"symbol": st.just("BTCUSDT"), "marginCoin": st.just("USDT")}
ACTIONS = st.one_of(
    st.tuples(st.just("/trade/place_order"), ORDER),
    st.tuples(st.just("/trade/place_order"), ORDER),
    st.tuples(
        st.just("/trade/modify_order"),
        some({}, {"orderId": IDS, "clientId": st.just("a"), "qty": QUANTITIES, "price": PRICES, **WISHES}),
    ),
    st.tuples(st.just("/trade/cancel_all_orders"), st.just({})),
    st.tuples(st.just("/trade/close_all_position"), st.just({})),
    st.tuples(st.just("/trade/flash_close_position"), some({"positionId": IDS}, {})),
    st.tuples(st.just("/account/change_leverage"), some({**NAMED, "leverage": st.sampled_from([1, 3, 20, 125])}, {})),
    st.tuples(
        st.just("/account/change_margin_mode"),
        some({**NAMED, "marginMode": st.sampled_from(["ISOLATION", "CROSS"])}, {}),
    ),
    st.tuples(
        st.just("/account/change_position_mode"), some({"positionMode": st.sampled_from(["HEDGE", "ONE_WAY"])}, {})
    ),
    st.tuples(
        st.just("/account/adjust_position_margin"),
        some({**NAMED, "amount": st.sampled_from(["1", "-1", "500", "-500"])}, {"positionId": IDS}),
    ),
    st.tuples(
        st.sampled_from(["/tpsl/place_order", "/tpsl/position/place_order", "/tpsl/position/modify_order"]),
        some({"symbol": st.just("BTCUSDT"), "positionId": IDS}, WISHES),
    ),
    st.tuples(st.just("/tpsl/modify_order"), some({"orderId": IDS}, WISHES)),
    st.tuples(st.just("price"), PRICES),
    st.tuples(
        st.just("transfer"),
        some(
            {
                "type": st.sampled_from(["spot_futures", "futures_spot"]),
                "coin": st.just("USDT"),
                "amount": st.sampled_from(["1", "4000", "100000"]),
            },
            {},
        ),
    ),
)
LISTS = (
    "/account?marginCoin=USDT",
    "/trade/get_pending_orders",
    "/trade/get_history_orders",
    "/trade/get_history_trades",
    "/position/get_pending_positions",
    "/position/get_history_positions",
    "/tpsl/get_pending_orders",
    "/tpsl/get_history_orders",
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=14))
def test_the_books_stay_whole_whatever_is_asked_for(actions: list[tuple[str, object]]) -> None:
    talk = FuturesTalk(usdt="4000")
    for number, (path, given_values) in enumerate(actions):
        if path == "price":
            if Decimal(str(given_values)) < 70_000:
                talk.move_price(str(given_values))
        elif path == "transfer":
            talk.send("/funds_transfer", given_values)
        else:
            talk.ask("POST", path, given_values)
        talk.see(LISTS[number % len(LISTS)])
    for path in LISTS:
        talk.see(path)
    ledger = talk.exchange.venue.ledger
    assert set(ledger.sums().values()) == {Decimal(0)}
    desk = talk.exchange.venue.desk(talk.key.account, talk.now)
    balance = desk.balances(Wallet.FUTURES)["USDT"]
    set_aside = sum((position.margin for position in desk.positions(wallet=Wallet.FUTURES)), Decimal(0))
    set_aside += sum((order.collateral for order in desk.open_orders(wallet=Wallet.FUTURES)), Decimal(0))
    assert balance.held == set_aside
    assert balance.available >= 0
