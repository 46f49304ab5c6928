"""What operations do and what their answers hold: strategies and oracles of the families OPS, PUB and PARSE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Arm, Call, Case, SessionPlan
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import as_decimal, untried
from harness.setting import Setting
from harness.strategies import calls

# --- oracles


def effects_as_named(case: Case, observation: Observation) -> Judgement:
    """Each operation has the effect that its name and its parameters say."""
    orders = {str(order.order_id): order for order in observation.key.orders}
    seen = 0
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        effects = [effect for entry in record.entries for effect in entry.effects]
        if not isinstance(record.reply, Succeeded):
            return _failed(record, [effect.kind for effect in effects])
        problem: str | None = None
        match record.call.operation:
            case "place_order":
                placed = [effect for effect in effects if effect.kind == "order_placed"]
                order = orders.get(placed[0].subject) if placed else None
                if len(placed) != 1 or order is None:
                    problem = f"place_order placed {len(placed)} orders"
                else:
                    problem = _difference(record, order)
            case "cancel_order":
                wanted = _label(case, record)
                cancelled = [effect.subject for effect in effects if effect.kind == "order_cancelled"]
                if wanted is not None and cancelled != [wanted_id(observation, wanted)]:
                    problem = f"cancel_order cancelled {cancelled or 'nothing'}"
            case "withdraw":
                problem = _withdrawn(record, observation)
            case "open_orders":
                problem = _listed(record, observation)
            case _:
                pass
        if problem is not None:
            return Broken(
                summary=f"{problem}.",
                diagnosis=("EFFECT-NOT-AS-ASKED",),
                culprits=record.entries,
                consequence="The user trades something else than he asked for.",
            )
        seen += 1
    return Held(seen={"calls": seen}) if seen else Unseen(reason="no call was made")


def _failed(record: Record, effects: Sequence[str]) -> Broken:
    operation = record.call.operation
    if not effects:
        return Broken(summary=f"{operation} failed although nothing was wrong.", culprits=record.entries)
    said = (record.reply.type or record.reply.kind) if isinstance(record.reply, Failed) else "no answer"
    done = ", ".join(effects).replace("_", " ")
    return Broken(
        summary=f"{operation} took effect ({done}) and was reported as a failure ({said}).",
        culprits=record.entries,
        consequence="The user believes that nothing happened and does it again; what was done is done twice.",
    )


def _difference(record: Record, order: object) -> str | None:
    params = record.call.params
    wanted = {
        "market": params["market"],
        "side": params["side"],
        "price": Decimal(str(params["price"])),
        "amount": Decimal(str(params["amount"])),
    }
    for name, value in wanted.items():
        got = getattr(order, name)
        if (getattr(got, "value", got)) != value:
            return f"place_order was asked for {name} {value} and placed {getattr(got, 'value', got)}"
    value = record.reply.value if isinstance(record.reply, Succeeded) else None
    got_id = value.get("order_id") if isinstance(value, Mapping) else None
    true_id = str(order.order_id)  # type: ignore[attr-defined]
    return None if str(got_id) == true_id else f"place_order returned the id {got_id!r} for order {true_id}"


def _label(case: Case, record: Record) -> str | None:
    value = record.call.params.get("order_id")
    return getattr(value, "label", None)


def wanted_id(observation: Observation, label: str) -> str | None:
    """Return the exchange's id of the order that the labelled call placed."""
    for record in observation.records:
        if record.call.label == label:
            for entry in record.entries:
                for effect in entry.effects:
                    if effect.kind == "order_placed":
                        return effect.subject
    return None


def _withdrawn(record: Record, observation: Observation) -> str | None:
    params = record.call.params
    amount = Decimal(str(params["amount"]))
    for withdrawal in observation.key.withdrawals:
        if (withdrawal.currency, withdrawal.amount, withdrawal.address) == (
            params["currency"],
            amount,
            params["address"],
        ):
            return None
    return f"withdraw of {amount} {params['currency']} left no such withdrawal"


def _listed(record: Record, observation: Observation) -> str | None:
    value = record.reply.value if isinstance(record.reply, Succeeded) else None
    if not isinstance(value, list):
        return f"open_orders returned {type(value).__name__}, not a list"
    market = record.call.params["market"]
    for item in value:
        if not isinstance(item, Mapping):
            return "open_orders returned something that is no order"
        order = next(
            (found for found in observation.key.orders if str(found.order_id) == str(item.get("order_id"))), None
        )
        if order is None or order.market != market:
            return f"open_orders of {market} lists order {item.get('order_id')!r}, which is not one of them"
        shown = (item.get("side"), as_decimal(item.get("price")), as_decimal(item.get("amount")))
        if shown != (order.side.value, order.price, order.remaining):
            what = f"{item.get('side')} {item.get('amount')} at {item.get('price')}"
            return f"open_orders shows order {item.get('order_id')} as {what}"
    listed = {str(item.get("order_id")) for item in value}
    for order_id in _placed_before(record, observation):
        order = next(found for found in observation.key.orders if str(found.order_id) == order_id)
        if order.is_open and order.market == market and order_id not in listed:
            return f"open_orders of {market} leaves out order {order_id}"
    return None


def _placed_before(record: Record, observation: Observation) -> list[str]:
    """Return the exchange's ids of the orders that stood when a call was made."""
    first = min((entry.number for entry in record.entries), default=0)
    return [
        effect.subject
        for entry in observation.key.entries
        if entry.number < first
        for effect in entry.effects
        if effect.kind == "order_placed"
    ]


def public_works(case: Case, observation: Observation) -> Judgement:
    """Public operations work without credentials."""
    if isinstance(opened := observation.opened.get("a"), Failed):
        return Broken(
            summary=f"A session without credentials cannot be opened: {opened.message}.",
            diagnosis=("PUBLIC-NEEDS-CREDENTIALS",),
        )
    seen = 0
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            kind = record.reply.kind if isinstance(record.reply, Failed) else "no answer"
            return Broken(
                summary=f"{record.call.operation} without credentials failed: {kind}.",
                diagnosis=("PUBLIC-NEEDS-CREDENTIALS",),
                culprits=record.entries,
            )
        if (problem := _public_shape(record)) is not None:
            return Broken(summary=problem, culprits=record.entries)
        seen += 1
    return Held(seen={"calls": seen}) if seen else Unseen(reason="no call was made")


def _public_shape(record: Record) -> str | None:
    value = record.reply.value if isinstance(record.reply, Succeeded) else None
    if record.call.operation == "ticker":
        if not isinstance(value, Mapping) or not {"last", "bid", "ask"} <= set(value):
            return "ticker returned no object with last, bid and ask"
        return None
    if not isinstance(value, Mapping) or not {"bids", "asks"} <= set(value):
        return "order_book returned no object with bids and asks"
    bids, asks = _prices(value["bids"]), _prices(value["asks"])
    if bids is None or asks is None:
        return "order_book returned levels that are no pairs of price and amount"
    if bids != sorted(bids, reverse=True) or asks != sorted(asks):
        return "order_book does not have the best price first"
    depth = record.call.params["depth"]
    assert isinstance(depth, int)  # noqa: S101
    return f"order_book has more than {depth} levels a side" if max(len(bids), len(asks)) > depth else None


def _prices(levels: object) -> list[Decimal] | None:
    """Return the prices of one side of a book; None where they are not written as the contract has them."""
    if not isinstance(levels, list | tuple):
        return None
    found = []
    for level in levels:
        pair = [as_decimal(item) for item in level] if isinstance(level, list | tuple) else []
        if len(pair) != 2 or pair[0] is None or pair[1] is None:
            return None
        found.append(pair[0])
    return found


def public_is_bare(case: Case, observation: Observation) -> Judgement:
    """Public requests carry neither key, signature nor nonce."""
    seen = 0
    places = observation.setting.dialect.scheme.places.values()
    names = {place.rpartition(" ")[2].lower() for place in places}
    in_queries = {place.rpartition(" ")[2] for place in places if place.startswith(("parameter ", "query parameter "))}
    for entry in observation.others:
        if entry.fields is not None or entry.endpoint is None:
            continue
        seen += 1
        headers = {name.decode("latin-1").lower() for name, _ in entry.request.headers}
        text = b"\n".join([entry.request.target, entry.request.body, *(value for _, value in entry.request.headers)])
        if observation.key.credentials.key.encode() in text:
            return Broken(
                summary="A public request carries the API key.", diagnosis=("KEY-ON-PUBLIC-CALL",), culprits=(entry,)
            )
        queried = {pair.partition(b"=")[0].decode("latin-1") for pair in entry.request.query.split(b"&")}
        if found := sorted((headers & names - {"body", "content-type"}) | (queried & in_queries)):
            return Broken(
                summary=f"A public request carries {', '.join(found)}.",
                diagnosis=("SIGNED-PUBLIC-CALL",),
                culprits=(entry,),
            )
    return Held(seen={"requests": seen}) if seen else Unseen(reason="no public request arrived")


def empty_is_empty(case: Case, observation: Observation) -> Judgement:
    """An empty container of either kind is an empty result."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded) or record.reply.value != []:
            return Broken(
                summary=f"The answer {case.about['body']} means no open orders; the client made "
                f"{'a failure' if isinstance(record.reply, Failed) else 'something else'} of it.",
                diagnosis=("EMPTY-CONTAINER-MISREAD",),
                culprits=record.entries,
            )
    return Held(seen={"provocations": 1})


def markers_are_no_failures(case: Case, observation: Observation) -> Judgement:
    """Success markers are not failures, and their absence neither."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            return Broken(
                summary=f"The answer {case.about['body']} is a success; the client reported a failure.",
                diagnosis=("SUCCESS-MARKER-MISREAD",),
                culprits=record.entries,
                consequence="The user places the order a second time.",
            )
    return Held(seen={"provocations": 1})


# --- strategies


def orders_and_more(setting: Setting) -> SearchStrategy[Case]:
    """Draw orders on both sides of every market, some of them cancelled, and the list of the open ones."""
    drawn = st.lists(st.tuples(calls.orders(setting), st.booleans()), min_size=1, max_size=3)

    def case(orders: list[tuple[Mapping[str, str], bool]]) -> Case:
        steps: list[Call] = []
        for index, (params, cancelled) in enumerate(orders):
            label = f"order{index}"
            steps.append(Call(operation="place_order", params=params, label=label))
            if setting.can("open_orders"):
                steps.append(Call(operation="open_orders", params={"market": params["market"]}))
            if cancelled and setting.can("cancel_order"):
                steps.append(calls.cancel(label, params["market"]))
        return Case(steps=tuple(steps))

    return drawn.map(case)


def withdrawals(setting: Setting) -> Sequence[Case]:
    """Return one withdrawal, where the client can."""
    return [Case(steps=(calls.withdraw(setting),))] if setting.can("withdraw") else []


def public_only(setting: Setting) -> Sequence[Case]:
    """Return every public call in a session without credentials."""
    return [Case(steps=tuple(calls.public_calls(setting)), sessions=(SessionPlan(key=None),))]


def public_among_private(setting: Setting) -> Sequence[Case]:
    """Return public calls between private ones, in a session with credentials."""
    private = list(calls.reads(setting)) or list(calls.plain_calls(setting))
    return [
        Case(steps=(private[index % len(private)], call) if private else (call,))
        for index, call in enumerate(calls.public_calls(setting)[:4])
    ]


def empty_answers(setting: Setting) -> Sequence[Case]:
    """Return listings that are answered by an empty list and by an empty object."""
    market = setting.dialect.markets[0].name
    listing = Call(operation="open_orders", params={"market": market})
    return [Case(steps=(_body("open_orders", body), listing), about={"body": body}) for body in ("[]", "{}")]


def marked_answers(setting: Setting) -> Sequence[Case]:
    """Return orders whose answers have success markers, and orders whose answers have none."""
    order = calls.place(setting)
    bodies = (
        '{"result":true,"error":"","order_id":36000000001}',
        '{"error":"","result":true,"order_id":36000000001}',
        '{"result":true,"order_id":36000000001}',
        '{"order_id":36000000001}',
    )
    return [Case(steps=(_body("place_order", body), order), about={"body": body}) for body in bodies]


def _body(operation: str, body: str) -> Arm:
    return Arm(
        fault="body",
        at="after_handler",
        operation=operation,
        settings={"body": body, "status": 200, "content_type": "application/json"},
        note=f"the answer reads {body}",
    )
