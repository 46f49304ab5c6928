"""What control does to keys, accounts, clocks, faults, markets and limits is what is then so."""

import pytest

from mockserver import MockExchange, Settings, SettingsError
from signer import Request, sign
from tests.mockserver.raw_client import Caller, an_order, ask, signed, travelling

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def key(steered):
    return steered.create_key(permissions=("read", "trade", "withdraw"), private_venue=True)


def test_money_comes_in_and_is_listed(steered, control, key):
    before = steered.balances(key)["BTC"].available
    status, made = control("POST", f"keys/{key.key}/deposits", {"currency": "BTC", "amount": "0.5"})
    assert (status, made["amount"]) == (201, "0.5")
    assert steered.balances(key)["BTC"].available - before == 0.5
    assert control("GET", f"keys/{key.key}/deposits")[1]["deposits"] == [made]
    assert control("POST", f"keys/{key.key}/deposits", {"currency": "BTC", "amount": "-1"})[0] == 400


def test_money_moves_between_wallets(control, key):
    moved = {"currency": "BTC", "amount": "0.25", "target": "lending"}
    assert control("POST", f"keys/{key.key}/transfers", moved)[1]["balances"]["BTC"]["available"] in (
        "0.25",
        "0.25000000",
    )
    assert control("POST", f"keys/{key.key}/transfers", {**moved, "amount": "1000"})[0] == 400


def test_orders_are_listed_and_cancelled(steered, control, key):
    ask(steered, an_order(steered, key))
    (order,) = control("GET", f"keys/{key.key}/orders?open=true")[1]["orders"]
    assert (order["market"], order["side"], order["status"]) == ("BTC/USDT", "buy", "open")
    assert control("DELETE", f"keys/{key.key}/orders/{order['order_id']}")[1]["status"] == "cancelled"
    assert control("DELETE", f"keys/{key.key}/orders/{order['order_id']}")[0] == 400
    assert control("DELETE", f"keys/{key.key}/orders/5")[0] == 404
    assert control("GET", f"keys/{key.key}/orders?open=true")[1]["orders"] == []


@pytest.mark.parametrize(("wanted", "back"), [("complete", False), ("cancelled", True)])
def test_a_withdrawal_arrives_or_is_cancelled(steered, control, key, wanted, back):
    before = steered.balances(key)["BTC"].available
    withdrawn = {"currency": "BTC", "amount": "0.1", "address": "A" * 30}
    ask(steered, signed(steered, key, "POST", b"/v1/withdrawals", withdrawn))
    (left,) = control("GET", f"keys/{key.key}/withdrawals")[1]["withdrawals"]
    path = f"keys/{key.key}/withdrawals/{left['withdrawal_id']}"
    assert (left["status"], control("POST", path, {"status": wanted})[1]["status"]) == ("pending", wanted)
    assert (steered.balances(key)["BTC"].available == before) is back
    assert control("POST", path, {"status": wanted})[0] == 400


def test_accounts_are_listed_with_the_keys_that_open_them(steered, control, key):
    other = steered.create_key(account_of=key)
    accounts = control("GET", "accounts")[1]["accounts"]
    (own,) = [account for account in accounts if key.key in account["keys"]]
    assert (own["keys"], own["private_venue"], own["frozen"]) == ([key.key, other.key], True, False)


def test_a_key_is_forgotten_with_its_time(steered, control):
    forgotten = steered.create_key()
    steered.clock.shift(ms=5, key=forgotten)
    assert control("DELETE", f"keys/{forgotten.key}?forget=true")[0] == 200
    assert control("GET", f"keys/{forgotten.key}")[0] == 404
    assert forgotten.key not in control("GET", "clock")[1]["keys"]


def test_the_clock_drifts_and_runs_true_again(steered, control):
    assert control("POST", "clock", {"drift_ppm": 500_000})[1]["drift_ppm"] == 500_000
    assert control("POST", "clock", {"offset_ms": 0})[1]["drift_ppm"] == 0


def test_a_key_is_shown_a_time_of_its_own(steered, control, key):
    steered.clock.freeze(1_700_000_000_000)
    try:
        told = control("POST", "clock", {"shift_ms": "-5000", "key": key.key})[1]
        assert told["keys"][key.key] == {"now_ms": 1_699_999_995_000, "offset_ms": -5000, "drift_ppm": 0}
        assert control("POST", "clock", {"drift_ppm": 10, "key": key.key})[1]["keys"][key.key]["drift_ppm"] == 10
        assert control("POST", "clock", {"offset_ms": 7, "key": key.key})[1]["keys"][key.key]["offset_ms"] == 7
        assert control("POST", "clock", {"freeze": True, "key": key.key})[0] == 400
        assert key.key not in control("POST", "clock", {"forget": True, "key": key.key})[1]["keys"]
    finally:
        steered.clock.set_offset(ms=0)


def test_faults_of_python_and_of_http_are_the_same(steered, control, key):
    mine = steered.faults.add(fault="status", key=key, operation=["balances", "place_order"], every=2, times=None)
    asked = {
        "fault": "json",
        "how": "nan",
        "key": key.key,
        "endpoint": "GET /v1/balances",
        "probability": 0.5,
        "seed": 3,
    }
    theirs = control("POST", "faults", asked)[1]
    listed = {fault["id"]: fault for fault in control("GET", f"faults?key={key.key}")[1]["faults"]}
    assert list(listed) == [mine.number, theirs["id"]]
    assert (listed[mine.number]["operation"], listed[mine.number]["every"]) == (["balances", "place_order"], 2)
    assert {name: listed[theirs["id"]][name] for name in asked} == asked
    assert theirs["id"] in [fault.number for fault in steered.faults.all()]
    assert control("DELETE", f"faults?key={key.key}")[0] == 200
    assert control("GET", f"faults?key={key.key}")[1]["faults"] == []
    assert mine.spent


def test_spent_faults_are_told_apart(steered, control, key):
    control("POST", "faults", {"fault": "status", "key": key.key, "at": "before_gate"})
    ask(steered, signed(steered, key))
    assert [fault["struck"] for fault in control("GET", f"faults?key={key.key}&spent=true")[1]["faults"]] == [1]
    assert control("GET", f"faults?key={key.key}&spent=false")[1]["faults"] == []


def test_requests_that_a_removed_hold_kept_go_on(steered, control, key):
    hold = {"fault": "hold", "key": key.key, "at": "before_gate", "count": 2, "ms": 60_000}
    for path in ("faults/{id}", "faults?key=" + key.key):
        planned = control("POST", "faults", hold)[1]
        with Caller(steered.port) as caller:
            arrived = steered.journal.last_number
            caller.send(travelling(signed(steered, key)))
            assert steered.journal.wait_past(arrived, timeout_s=30)
            control("DELETE", path.format(**planned))
            assert caller.reply().status == 200


def test_kinds_of_faults_are_told_with_their_settings(control):
    kinds = {kind["fault"]: kind for kind in control("GET", "fault-kinds")[1]["kinds"]}
    assert kinds["delay"]["settings"][0] == {
        "name": "ms", "is": "number", "means": "how long", "least": 0, "most": 86_400_000, "usual": 0, "choices": {},
    }  # fmt: skip
    assert "nan" in kinds["json"]["settings"][0]["choices"]


def test_a_market_is_looked_at_and_moved(control, key):
    (before,) = [row for row in control("GET", "market")[1]["markets"] if row["market"] == "BTC/USDT"]
    book = control("GET", f"market/BTC-USDT/book?depth=3&key={key.key}")[1]
    assert (len(book["bids"]), len(book["asks"])) == (3, 3)
    price = str(int(float(book["asks"][0][0])) + 100) + ".00"
    moved = control("POST", "market/BTC-USDT", {"price": price, "key": key.key})[1]
    assert float(moved["last"]) == float(price)
    trades = control("GET", f"market/BTC%2FUSDT/trades?limit=1&key={key.key}")[1]["trades"]
    assert [float(trade["price"]) for trade in trades] == [float(price)]
    (after,) = [row for row in control("GET", "market")[1]["markets"] if row["market"] == "BTC/USDT"]
    assert after == before


def test_the_market_maker_is_set_going_and_stopped(steered, control, key):
    assert control("POST", "market", {"breathing": True, "key": key.key})[1]["breathing"] is True
    assert control("GET", "market")[1]["breathing"] is False
    steered.clock.shift(ms=60_000)
    try:
        assert control("GET", f"market?key={key.key}")[1]["breathing"] is True
        assert control("POST", "market", {"breathing": False, "key": key.key})[1]["breathing"] is False
    finally:
        steered.clock.set_offset(ms=0)


def test_limits_are_switched_all_or_one_by_one(steered, control):
    steered.clock.freeze()
    try:
        assert control("POST", "limits", {"rate_limits": True})[1]["rules"][0]["enforced"] is True
        key = steered.create_key()
        assert [ask(steered, signed(steered, key)).status for _ in range(11)][-1] == 429
        told = control("POST", "limits", {"rules": {"": False}})[1]
        assert (told["rate_limits"], told["rules"][0]["enforced"]) == (True, False)
        assert ask(steered, signed(steered, key)).status == 200
    finally:
        control("POST", "limits", {"rate_limits": False, "rules": {"": True}})
        steered.clock.set_offset(ms=0)


def test_who_comes_during_maintenance_is_told_when_to_come_back(steered, control):
    try:
        assert control("POST", "limits", {"maintenance": True, "retry_after": 77})[1]["retry_after"] == 77
        assert ask(steered, TIME).headers["retry-after"] == "77"
    finally:
        assert control("POST", "limits", {"maintenance": False})[1]["maintenance"] is False


def test_the_exchange_is_played_in_another_way(steered, control, key):
    nonce = steered.last_nonce(key)
    try:
        assert control("POST", "profile", {"profile": "observed"})[1]["profile"] == "observed"
        assert control("GET", "health")[1]["profile"] == "observed"
        assert ask(steered, signed(steered, key)).status == 200
    finally:
        assert control("POST", "profile", {"profile": "documented"})[1]["profile"] == "documented"
    assert steered.last_nonce(key) > nonce


def test_own_faults_are_told(control):
    assert control("GET", "own-faults")[1] == {"own_faults": []}


# The same in Python.


def test_whatever_control_does_to_accounts_python_does_too(steered, key):
    assert str(steered.deposit(key, "BTC", "0.5").amount) == "0.5"
    ask(steered, an_order(steered, key))
    (order,) = steered.orders(key)
    steered.cancel_order(key, order.order_id)
    assert steered.orders(key)[0].status == "cancelled"
    for cancel, status in ((False, "complete"), (True, "cancelled")):
        withdrawn = {"currency": "BTC", "amount": "0.1", "address": "A" * 30}
        ask(steered, signed(steered, key, "POST", b"/v1/withdrawals", withdrawn))
        left = steered.withdrawals(key)[-1]
        assert steered.settle_withdrawal(key, left.withdrawal_id, cancel=cancel).status == status


def test_whatever_control_does_to_markets_python_does_too(steered, control, key):
    steered.move_price("BTC/USDT", "51000.00", key=key)
    assert float(control("GET", f"market/BTC-USDT?key={key.key}")[1]["last"]) == 51000
    steered.breathe(key=key)
    assert control("GET", f"market?key={key.key}")[1]["breathing"] is True
    steered.breathe(breathing=False, key=key)


def test_whatever_control_does_to_limits_python_does_too():
    with MockExchange("bitunix") as running:
        with pytest.raises(SettingsError):
            running.enforce("nowhere", enforced=False)
        running.rate_limits = running.single_use_nonces = True
        running.clock.freeze()
        running.enforce(enforced=False)
        told = ask(running, b"GET /_noncense/limits HTTP/1.1\r\nHost: localhost\r\n\r\n").json
        enforced = {rule["endpoint"]: rule["enforced"] for rule in told["rules"]}
        assert (enforced.pop(""), set(enforced.values()), told["single_use_nonces"]) == (False, {True}, True)
        running.enforce()
        assert running.single_use_nonces is True


def test_an_exchange_is_played_in_another_way_from_python():
    with MockExchange("exmo") as running:
        habit = running.dialect.habits[0]
        running.play("observed", **{habit.name: habit.choices[-1]})
        assert (running.profile, running.dialect.habit(habit.name)) == ("observed", habit.choices[-1])
        with pytest.raises(SettingsError):
            running.play(no_such_habit="x")


def test_another_way_is_judged_by_other_rules_and_the_first_way_comes_back():
    with MockExchange("bitunix") as running:
        running.clock.freeze(1_700_000_000_000)
        key = running.create_key()

        def ahead():
            request = Request(method="GET", target=b"/api/spot/v1/user/account", headers=(), body=b"")
            nonce = f"{running.journal.last_number:032d}"
            scheme, now_ms = running.dialect.scheme, running.clock.now_ms()
            made = sign(scheme, request, key.credentials, nonce=nonce, timestamp_ms=now_ms + 90_000)
            return ask(running, made.request).json["code"]

        documented = ahead()
        running.play("observed")
        assert (ahead(), running.dialect.habit("window")) == ("0", "one-sided")
        running.play("documented")
        assert ahead() == documented != "0"


def test_an_exchange_that_is_kept_is_played_in_one_way(tmp_path):
    settings = Settings(store=f"sqlite:{tmp_path / 'kept.db'}")
    with MockExchange(settings=settings) as running, pytest.raises(SettingsError, match="store"):
        running.play("observed")


def test_deposits_over_http_survive_in_a_store(tmp_path):
    settings = Settings(store=f"sqlite:{tmp_path / 'kept.db'}")
    with MockExchange(settings=settings) as running:
        key = running.create_key(balances={})
        body = b'{"currency":"BTC","amount":"3"}'
        path = f"/_noncense/keys/{key.key}/deposits".encode()
        asked = b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (path, len(body), body)
        assert ask(running, asked).status == 201
    with MockExchange(settings=settings) as again:
        assert again.balances(key.key)["BTC"].available == 3


def test_a_key_asks_for_its_refusals_to_be_explained_and_no_change_of_another_member_takes_it_back(control):
    status, created = control("POST", "keys", {"key": "asks", "explain": True})
    assert (status, created["explain"]) == (201, True)
    assert control("POST", "keys", {"key": "does-not-ask"})[1]["explain"] is False
    assert control("POST", "keys/asks", {"last_nonce": 5})[1]["explain"] is True
    assert control("POST", "keys/asks", {"explain": False})[1]["explain"] is False
    assert control("POST", "keys/asks", {"explain": "yes"})[0] == 400
