"""A case: a requirement made concrete. Plain data, drawn and shrunk by Hypothesis, printed as lines of English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlan:
    """One API key of a case; fresh for each playing of it.

    Attributes:
        name: How sessions refer to it.
        permissions: What it may do.
        balances: What its account holds: currency to decimal text; None for plenty of everything.
        key: A drawn API key; None for a fresh one in the dialect's format.
        secret: A drawn secret; likewise.
        last_nonce: The last nonce that the exchange remembers.
        order_id_start: Where its account's order ids begin.
    """

    name: str = "k"
    permissions: frozenset[str] = frozenset({"read", "trade", "withdraw"})
    balances: Mapping[str, str] | None = None
    key: str | None = None
    secret: str | None = field(default=None, repr=False)
    last_nonce: int = 0
    order_id_start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """One session of the client.

    Attributes:
        name: How calls refer to it.
        key: The key plan's name; None for a public-only session.
        key_as: What the client is given for the key, `{}` standing for the key itself; None for just that.
        secret_as: Likewise for the secret.
        wrong_secret: Whether the client is given a secret that is not the key's.
        unknown_key: Whether the client is given a key that the exchange does not know.
        timeout_s: The limit handed to the client; None for the run's.
        host: Which of the exchange's addresses to use: "main" or "other" (another host and port, same exchange).
        options: The `options` of the contract's `open`.
        second: Whether it is opened in a second program, which runs beside the first.
        door: Another way to the exchange, as `Surroundings.way` names it ("tls", "expired", "hop:counted"); "" for its
            own address.
        trusts: Whether the client is told of the authority that vouches for the door.
        proxy: Whether the client is given a proxy, with credentials for it.
    """

    name: str = "a"
    key: str | None = "k"
    wrong_secret: bool = False
    unknown_key: bool = False
    timeout_s: float | None = None
    host: str = "main"
    options: Mapping[str, object] = field(default_factory=dict)
    second: bool = False
    door: str = ""
    trusts: bool = True
    proxy: bool = False
    key_as: str | None = None
    secret_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FromReply:
    """A parameter whose value is a member of an earlier call's `ok` value; the earlier call is known by its label."""

    label: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of one operation.

    Attributes:
        operation: Its name.
        params: Its parameters.
        session: Which session makes it.
        label: How later steps and oracles refer to it.
        beyond_contract: Whether it is given what the contract does not allow, so that an adapter may break on it.
    """

    operation: str
    params: Mapping[str, object] = field(default_factory=dict)
    session: str = "a"
    label: str = ""
    beyond_contract: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Calls handed over at once.

    Attributes:
        calls: Which.
        staggered: Whether the others are handed over only when the exchange has read a request of the first.
    """

    calls: tuple[Call, ...]
    staggered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A fault is planned.

    Attributes:
        fault: A name of `mockserver.FaultKind`.
        at: A name of `mockserver.Phase`.
        operation: Which operation's requests it is for; None for any.
        key: Whose requests; None for public ones and everybody's.
        skip: How many of them pass first.
        times: How often it strikes; None for ever.
        settings: As in `mockserver.Fault`. A `location` of "canary" stands for the second origin.
        note: What this provokes, for people.
    """

    fault: str
    at: str
    operation: str | None = None
    key: str | None = "k"
    skip: int = 0
    times: int | None = 1
    settings: Mapping[str, object] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftClock:
    """The exchange's clock jumps by so many milliseconds, forwards when positive."""

    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLastNonce:
    """The exchange remembers this as the key's last nonce."""

    key: str
    nonce: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """The key is switched off."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """The client's program ends and starts anew; its sessions are opened again.

    Attributes:
        kill: SIGKILL rather than a polite end.
        during: A call that is under way when it is killed, or None.
        wait_for: With `during`: "nothing" (killed at once) or "arrival" (killed once the exchange has read it).
        environment: What the new program's environment holds besides, until the case is over.
        spoil: What becomes of its notes meanwhile, as `ClientSide.spoil` names it; "" for nothing.
        both: Whether both programs are killed, and started in the same moment.
    """

    kill: bool = True
    during: Call | None = None
    wait_for: str = "nothing"
    environment: Mapping[str, str] = field(default_factory=dict)
    spoil: str = ""
    both: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientClock:
    """The client's own wall clock is so many milliseconds ahead of the machine's, where there is a means to move it.

    Attributes:
        ms: How far; behind where negative.
        on_arrival: Whether it jumps only when the exchange has read the next request, in the middle of a call.
    """

    ms: int
    on_arrival: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The client's host is in another time zone and country; a program starts anew for it.

    Attributes:
        zone: A value of TZ, or `client_side.TWICE`.
        locale: A value of LANG and LC_ALL, for programs; "" for what there is.
    """

    zone: str
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """The client's process forks, the child makes a call and ends. Only clients in our own process can be forked."""

    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """A session is closed and opened again."""

    session: str = "a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing happens for so many milliseconds: what is on its way arrives."""

    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A user who was told that a call failed, and not that it was refused, makes up his mind.

    Attributes:
        label: The call, as it was labelled; the same when it is made again.
        user: "hasty": makes the call again at once. "prudent": looks at the open orders, and makes it again if what he
            asked for is not among them.
    """

    label: str
    user: str = "prudent"


Step = (
    Call
    | Together
    | Arm
    | ShiftClock
    | ClientClock
    | Zone
    | SetLastNonce
    | Revoke
    | Restart
    | Fork
    | Reopen
    | Pause
    | Again
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Keys, sessions, steps. `about` carries what the oracle must know of the drawing; `axis` names the variation."""

    steps: tuple[Step, ...]
    keys: tuple[KeyPlan, ...] = (KeyPlan(),)
    sessions: tuple[SessionPlan, ...] = (SessionPlan(),)
    axis: str = ""
    about: Mapping[str, object] = field(default_factory=dict)

    def calls(self) -> tuple[Call, ...]:
        """Return all calls in order."""
        found: list[Call] = []
        for step in self.steps:
            match step:
                case Call():
                    found.append(step)
                case Together(calls=calls):
                    found.extend(calls)
                case Restart(during=Call() as during):
                    found.append(during)
                case _:
                    pass
        return tuple(found)

    def faults(self) -> tuple[Arm, ...]:
        """Return the planned faults in order."""
        return tuple(step for step in self.steps if isinstance(step, Arm))


def in_english(case: Case) -> tuple[str, ...]:
    """Print a case as a few lines that a stranger can follow; no secret stands in them."""
    lines: list[str] = []
    for key in case.keys:
        if key.last_nonce:
            lines.append(f"The exchange has seen nonce {key.last_nonce} of key {key.name}.")
        if key.key is not None:
            lines.append(f"Key {key.name} reads {key.key!r}.")
        if key.secret is not None:
            lines.append(f"Key {key.name} has a drawn secret: {_shape(key.secret)}.")
        if key.order_id_start is not None:
            lines.append(f"Order ids of key {key.name} begin at {key.order_id_start}.")
    for session in case.sessions:
        lines.extend(_session_in_english(session))
    lines.extend(_step_in_english(step) for step in case.steps)
    return tuple(lines)


def _session_in_english(session: SessionPlan) -> list[str]:
    lines = []
    if session.key is None:
        lines.append(f"Session {session.name} has no credentials.")
    if session.wrong_secret:
        lines.append(f"Session {session.name} has a secret that is not its key's.")
    if session.unknown_key:
        lines.append(f"Session {session.name} has a key that the exchange does not know.")
    for what, given in (("key", session.key_as), ("secret", session.secret_as)):
        if given is not None:
            lines.append(f"Session {session.name} is given {given!a} for its {what}, where {{}} stands for the {what}.")
    if session.timeout_s is not None:
        lines.append(f"Session {session.name} has a time limit of {session.timeout_s:g} s.")
    if session.host != "main":
        lines.append(f"Session {session.name} uses another host and port of the same exchange.")
    if session.second:
        lines.append(f"Session {session.name} is opened in a second program.")
    if session.door:
        told = "" if session.trusts else ", and is not told of the authority behind it"
        lines.append(f"Session {session.name} comes to the exchange by way of {session.door}{told}.")
    if session.proxy:
        lines.append(f"Session {session.name} has a proxy that asks for credentials.")
    if session.options:
        lines.append(f"Session {session.name} has options {dict(session.options)}.")
    return lines


def _step_in_english(step: Step) -> str:
    match step:
        case Call():
            return _call_in_english(step)
        case Together(calls=calls):
            late = ", the others when the first has arrived" if step.staggered else ""
            return f"{len(calls)} calls together{late}: " + "; ".join(_call_in_english(call) for call in calls)
        case Arm():
            times = "always" if step.times is None else f"{step.times} time" + ("s" if step.times != 1 else "")
            target = f"{step.operation} requests" if step.operation else "requests"
            skip = f" after {step.skip} unharmed" if step.skip else ""
            what = step.note or f"{step.fault}{_settings(step.settings)}"
            return f"Fault: {what}, {step.at.replace('_', ' ')}, on {target}, {times}{skip}."
        case ShiftClock(ms=ms):
            return f"The exchange's clock jumps by {ms / 1000:+g} s."
        case SetLastNonce(key=key, nonce=nonce):
            return f"The exchange remembers {nonce} as the last nonce of key {key}."
        case Revoke(key=key):
            return f"Key {key} is revoked."
        case Restart(kill=kill, during=during, wait_for=wait_for, environment=environment):
            how = "is killed" if kill else "ends"
            lent = ", ".join(f"{name}={value}" for name, value in environment.items())
            under = f" with {lent}" if lent else ""
            while_ = f" during {_call_in_english(during)} ({wait_for})" if during else ""
            meanwhile = f"; meanwhile its notes: {step.spoil}" if step.spoil else ""
            who = "Both programs of the client are killed" if step.both else f"The client's program {how}"
            return f"{who}{while_} and start{'' if step.both else 's'} anew{under}{meanwhile}."
        case ClientClock(ms=ms, on_arrival=on_arrival):
            when = "When the exchange has read the next request, the" if on_arrival else "The"
            return f"{when} client's clock is {ms / 1000:+g} s off." if ms else f"{when} client's clock is right."
        case Zone(zone=zone, locale=locale):
            return f"The client's host is in the time zone {zone}" + (f", with the locale {locale}." if locale else ".")
        case Fork(call=call):
            return f"The client's process forks, and the child makes the call {_call_in_english(call)} and ends."
        case Reopen(session=session):
            return f"Session {session} is closed and opened again."
        case Pause(ms=ms):
            return f"Nothing happens for {ms} ms."
        case Again(label=label, user="hasty"):
            return f"Told of a failure, the user makes call {label} again at once."
        case Again(label=label):
            return f"Told of a failure, the user looks at his open orders; call {label} is made again if it left none."
        case _:
            assert_never(step)


def _settings(settings: Mapping[str, object]) -> str:
    return "(" + ", ".join(f"{name}={value!r}" for name, value in settings.items()) + ")" if settings else ""


def _call_in_english(call: Call) -> str:
    inner = ", ".join(f"{name}={_value(value)}" for name, value in call.params.items())
    prefix = "" if call.session == "a" else f"[{call.session}] "
    return f"{prefix}{call.operation}({inner})"


def _value(value: object) -> str:
    if isinstance(value, FromReply):
        return f"<{value.member} of {value.label}>"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = ascii(value)
    return text if len(text) <= 120 else f"{text[:100]}… ({len(text)} characters)"


def _shape(secret: str) -> str:
    marks = "".join(sorted({character for character in secret if not character.isalnum()}))
    return f"{len(secret)} characters" + (f", with {marks!r}" if marks else "")
