"""What stands in requests: framing, places, credentials, names, amounts, secrets, and where requests go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from harness import arrivals
from harness.leaks import find_leak
from harness.observing.conversation import Conversation, authority, only, verified
from harness.observing.rows.signatures import by_code
from harness.observing.rule import Broken, Held, Rule, Suspected, Unseen, Word, held, of_observation
from harness.properties import credentials, discretion, effects, framing, placement, secrecy, spellings
from mockserver import Entry, Parameter, ParameterKind, Refusal

#: What languages write for nothing.
NOTHINGS = frozenset({"None", "null", "undefined", "nil", "NaN"})
#: Kinds of parameters for which no user asks in words.
_WORDLESS = frozenset(
    {
        ParameterKind.INTEGER,
        ParameterKind.DECIMAL,
        ParameterKind.CHOICE,
        ParameterKind.MARKET,
        ParameterKind.CURRENCY,
        ParameterKind.ORDER_ID,
    }
)
#: A number with an exponent, a comma, or a zero with a sign; and what is no number at all.
_ODD_NUMBER = re.compile(
    r"[+-]?[0-9.]+[eE][+-]?[0-9]+|[+-]?[0-9]{1,3}([,' ][0-9]{3})+([.,][0-9]+)?|[+-]?[0-9]+,[0-9]+|-0(\.0*)?"
    r"|[+-]?(nan|inf|infinity)",
    re.IGNORECASE,
)


def _framed(conversation: Conversation) -> Word:
    """Requests have one right length. What was cut off with the command, and what is too long, is not judged.

    A beginning whose connection is gone before anybody answered may have lost its end with its program, or its length
    is wrong: nobody here knows.
    """
    ending = conversation.ending
    cut = ending.out_of_time or ending.interrupted or (ending.status or 0) < 0 or bool(ending.left)
    spoilt = tuple(entry for view in conversation.keys for entry in view.entries if entry.unreadable)
    everything = replace(conversation.observation, others=(*conversation.observation.others, *spoilt))

    def whole(entry: Entry) -> bool:
        too_large = entry.refused is not None and entry.refused.refusal is Refusal.TOO_LARGE
        gone = entry.answer is None
        return not entry.unreadable or not (cut or too_large or gone or entry.unreadable[:1] == b"\x16")

    judged = framing.one_valid_length(conversation.case, only(everything, whole))
    if isinstance(judged, Held):
        beginnings = [] if cut else [entry for entry in everything.others if entry.unreadable and entry.answer is None]
        if beginnings:
            summary = "A request began, and its connection was gone before its end came."
            return Suspected(summary=summary, culprits=tuple(beginnings[:1]))
        return held({"requests": judged.seen.get("requests", 0)}, "no request arrived")
    return judged


def _nothing_injected(conversation: Conversation) -> Word:
    seen = 0
    for entry in conversation.everything:
        names = {name.lower() for name, _ in entry.request.headers}
        if framing.EVIL in names or framing.EVIL in entry.unreadable.lower():
            return Broken(
                summary="A line break in a value became a header of the request.",
                diagnosis=("HEADER-INJECTION",),
                culprits=(entry,),
            )
        if any(byte < 0x21 or byte == 0x7F for byte in entry.request.target):
            return Broken(
                summary="A control character stands raw in the request.",
                diagnosis=("CONTROL-SENT-RAW",),
                culprits=(entry,),
            )
        seen += any(any(ord(letter) < 0x20 or letter == "\x7f" for letter in text) for text in _texts(entry))
    return held({"requests": seen}, "the traffic had no control character in a value")


def _texts(entry: Entry) -> Iterator[str]:
    try:
        found = arrivals.parameters(entry.request)
    except arrivals.Unreadable:
        return
    for values in found.values():
        yield from (value for value in values if isinstance(value, str))


def _nothing_stands_for_absence(conversation: Conversation) -> Word:
    """An absent value is not sent as a word; nobody asks for a market called None."""
    seen = 0
    if (broken := by_code("CANON-004", conversation)) is not None:
        return broken
    for entry in conversation.private:
        endpoint = arrivals.endpoint_of(conversation.observation.setting, entry)
        if endpoint is None:
            continue
        try:
            arrived = arrivals.parameters(entry.request)
        except arrivals.Unreadable:
            continue
        for parameter in endpoint.parameters:
            values = arrived.get(parameter.name, ())
            if not parameter.required and _wordless(parameter) and any(one in NOTHINGS for one in values):
                return Broken(
                    summary=f"The absent parameter {parameter.name} was sent as {values[0]!r}.",
                    diagnosis=("ABSENT-SENT-AS-TEXT",),
                    culprits=(entry,),
                )
            seen += verified(entry) and ((not parameter.required and not values) or "" in values)
    return held({"absent or empty values": seen}, "the traffic had no optional parameter left out")


def _wordless(parameter: Parameter) -> bool:
    """Tell whether nobody would ask for a parameter's value in a word of a programming language."""
    return parameter.kind in _WORDLESS or "id" in re.findall(r"[A-Z]?[a-z]+", parameter.name.lower().replace("_", " "))


def _key_verbatim(conversation: Conversation) -> Word:
    """The key arrives as it is, once; keys that nobody told us of are somebody else's."""
    ours = {view.credentials.key for view in conversation.keys}
    for entry in conversation.private:
        if entry.fields is not None and "key" in entry.fields.repeated:
            return Broken(summary="The API key is sent more than once.", diagnosis=("KEY-REPEATED",), culprits=(entry,))
    sound = {entry.endpoint for entry in conversation.private if verified(entry)}
    for entry in conversation.observation.others:
        arrived = entry.fields.key if entry.fields is not None else None
        if entry.endpoint in sound:
            continue  # a client reads its key in one way: with another one, the same call is somebody's test
        if arrived is None and entry.fields is not None and entry.fields.signature:
            return Broken(
                summary="A private request carries a signature and no key.",
                diagnosis=("KEY-MISSING",),
                culprits=(entry,),
            )
        if arrived is None:
            continue
        for key in ours:
            if arrived in (quote(key, safe=""), key.lower(), key.upper(), f'"{key}"', f"Bearer {key}") or (
                arrived.strip() == key
            ):
                return Broken(
                    summary=f"The key {key!r} arrived as {arrived!r}.", diagnosis=("KEY-CHANGED",), culprits=(entry,)
                )
    return held({"requests": len(conversation.private)}, "no private request arrived")


def _sessions_apart(conversation: Conversation) -> Word:
    used = [view for view in conversation.keys if view.private]
    judged = credentials.sessions_stay_apart(conversation.case, conversation.observation)
    if isinstance(judged, Broken):
        return judged
    return Unseen(reason="the command used one key alone") if len(used) < 2 else judged


def _without_credentials(conversation: Conversation) -> Word:
    for entry in conversation.observation.others:
        if entry.fields is not None and entry.fields.key is None and not entry.fields.signature:
            return Suspected(
                summary="A private call without credentials was sent; nobody here knows whether the client had any.",
                culprits=(entry,),
            )
    return Unseen(reason="no call was made without credentials, and one that was refused locally is not seen")


def _spelled_plainly(conversation: Conversation) -> Word:
    """No exponent, comma or word stands where a number belongs. Signs and nonsense may be what was asked for."""
    seen = Counter[str]()
    for entry in conversation.private:
        try:
            found = arrivals.numbers(conversation.observation.setting, entry)
        except arrivals.Unreadable:
            continue
        for name, value in found.items():
            text = value if isinstance(value, str) else _as_written(entry, name)
            if _ODD_NUMBER.fullmatch(text.strip()):
                code = "DECIMAL-COMMA" if "," in text else "AMOUNT-IN-SCIENTIFIC-NOTATION"
                return Broken(
                    summary=f"{name} was sent as {text}, not as a plain decimal.",
                    diagnosis=(code,) if re.search(r"[eE,]", text) else ("AMOUNT-MISSPELLED",),
                    culprits=(entry,),
                )
            seen["values"] += 1
    return held(seen, "the traffic had no price and no amount")


def _as_written(entry: Entry, name: str) -> str:
    found = re.search(rb'"' + re.escape(name.encode()) + rb'"\s*:\s*([^,}\s]+)', entry.request.body)
    return found[1].decode("latin-1") if found else ""


def _secret_stays(conversation: Conversation) -> Word:
    judged = secrecy.not_on_the_wire(conversation.case, conversation.observation)
    if isinstance(judged, Broken):
        return judged
    for stray in conversation.strays:
        if any(find_leak(view.credentials.secret, stray.host) is not None for view in conversation.keys):
            return Broken(
                summary="The secret is in the name of a host that was asked for.", diagnosis=("SECRET-ON-THE-WIRE",)
            )
    return judged


def _nobody_else(conversation: Conversation) -> Word:
    if conversation.strays:
        named = ", ".join(dict.fromkeys(str(stray) for stray in conversation.strays[:5]))
        more = f" and {len(conversation.strays) - 5} more" if len(conversation.strays) > 5 else ""
        return Suspected(
            summary=f"The command tried to reach {named}{more}; whether that was the client's doing is not seen. All "
            "of it was refused."
        )
    return held({"requests": len(conversation.everything)}, "no request arrived")


def _at_the_base_url(conversation: Conversation) -> Word:
    seen = 0
    for entry in conversation.private:
        name = authority(entry)
        if name and name not in conversation.origins and name.partition(":")[0] not in conversation.origins:
            return Suspected(
                summary=f"A private request names the host {name}, by which the exchange is not known.",
                culprits=(entry,),
            )
        seen += bool(name)
    return held({"requests": seen}, "no private request arrived")


def _heads_change_nothing(conversation: Conversation) -> Word:
    """What comes after an odd head verifies, where everything before did."""
    told = 0
    for view, odd in conversation.struck("head"):
        judged = [entry for entry in view.private if entry.verdict is not None]
        after = [entry for entry in judged if entry.number > odd.number][:3]
        told += bool(after)
        before = [entry for entry in judged if entry.number < odd.number]
        if len(after) > 1 and before and all(map(verified, before)) and not any(map(verified, after)):
            return Broken(
                summary="After an answer with an odd head calls are signed wrongly; all before were signed rightly.",
                diagnosis=("ANSWER-CHANGES-SIGNING",),
                culprits=(odd, *after),
            )
    return held({"provocations": told}, "nothing came after an odd head")


RULES: tuple[Rule, ...] = (
    Rule(
        requirement="CANON-004",
        looks_at="words like None where a number or a name belongs; signatures of calls that leave something out",
        judge=_nothing_stands_for_absence,
        least={"absent or empty values": 1},
    ),
    Rule(
        requirement="CANON-007",
        looks_at="queries of POSTs, and parameters in the query and in the body",
        judge=of_observation(placement.parameters_in_one_place),
    ),
    Rule(
        requirement="CANON-008",
        looks_at="the content type and the form of every body",
        judge=of_observation(placement.documented_form),
    ),
    Rule(
        requirement="ENC-004",
        looks_at="the letter case of the escapes in each request",
        judge=of_observation(spellings.one_hex_case),
        least={"escapes": 2},
    ),
    Rule(requirement="ENC-006", looks_at="Content-Length and chunks of every request", judge=_framed),
    Rule(
        requirement="ENC-007",
        looks_at="whether bodies come with a length",
        judge=of_observation(placement.told_its_length),
        least={"bodies": 1},
    ),
    Rule(
        requirement="UNI-003",
        looks_at="control characters in targets, and headers that a value brought in",
        judge=_nothing_injected,
    ),
    Rule(
        requirement="CRED-001",
        looks_at="the key in its place, once; a key that is ours but for its spelling",
        judge=_key_verbatim,
    ),
    Rule(
        requirement="CRED-002",
        looks_at="nonces and timestamps that stand in several places of one request",
        judge=of_observation(placement.freshness_told_once),
        least={"requests": 1},
    ),
    Rule(
        requirement="CRED-003",
        looks_at="whether a request with one key was signed with another's secret, where several keys are used",
        judge=_sessions_apart,
        least={"requests": 2},
    ),
    Rule(
        requirement="CRED-004",
        looks_at="private requests without credentials",
        judge=_without_credentials,
        acquits=False,
    ),
    Rule(
        requirement="CRED-007",
        looks_at="the User-Agent of every request",
        judge=of_observation(placement.names_itself),
    ),
    Rule(
        requirement="SECR-001",
        looks_at="every byte of every request, those to another origin too, and the names of hosts that were asked for",
        judge=_secret_stays,
    ),
    Rule(
        requirement="SECR-006",
        looks_at="key and signature in targets",
        judge=of_observation(discretion.not_in_the_url),
    ),
    Rule(
        requirement="SECR-009",
        looks_at="hosts other than the exchange's that the command tried to reach",
        judge=_nobody_else,
    ),
    Rule(
        requirement="CONN-009",
        looks_at="the Host of every private request",
        judge=_at_the_base_url,
    ),
    Rule(
        requirement="PUB-002",
        looks_at="public requests, for keys, signatures and nonces",
        judge=of_observation(effects.public_is_bare),
    ),
    Rule(
        requirement="NUM-002",
        looks_at="prices and amounts: exponents, commas, words",
        judge=_spelled_plainly,
        least={"values": 1},
    ),
    Rule(
        requirement="SIZE-005",
        looks_at="signatures of the calls after an answer with an odd head",
        judge=_heads_change_nothing,
        least={"provocations": 1},
        provoked_by=("head",),
    ),
)
