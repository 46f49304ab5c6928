"""What was signed: the families SIGN, CANON, ENC and UNI, as far as signatures tell.

A signature that does not verify convicts where the doctor can say what it was made of. One that nothing explains may
be a secret that somebody set wrong on purpose, to see what happens; so nobody is convicted of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness import arrivals
from harness.observation import refused_for
from harness.observing.conversation import Conversation, authority, on_purpose, verified
from harness.observing.rule import Broken, Held, Oracle, Rule, Suspected, Unseen, Word, held, of_observation
from harness.properties import signing, spellings
from mockserver import Entry

#: A call with so much in its query and body is a long one, bytes.
LONG = 8_000

#: What the doctor says of a signature, by the requirement that it breaks besides SIGN-001.
CODES: Mapping[str, frozenset[str]] = {
    "SIGN-002": frozenset(
        {
            "HASH-WITHOUT-SECRET",
            "SECRET-AS-BYTES-REPR",
            "SECRET-BASE64-DECODED",
            "SECRET-BASE64-ENCODED",
            "SECRET-HASHED",
            "SECRET-HEX-DECODED",
            "SECRET-IN-UTF-16",
            "SECRET-LOWER-CASED",
            "SECRET-NOT-DECODED",
            "SECRET-PREFIX-STRIPPED",
            "SECRET-TRIMMED",
            "SECRET-UPPER-CASED",
            "SECRET-ZEROS-LOST",
        }
    ),
    "SIGN-003": frozenset(
        {"SIGNATURE-ZEROS-LOST", "SIGNATURE-BYTES-UNPADDED", "SIGNATURE-PADDING-LOST", "SIGNATURE-TRUNCATED"}
    ),
    "SIGN-005": frozenset(signing.STALE),
    "SIGN-007": frozenset({"EMPTY-BODY-SIGNED-AS-OBJECT", "EMPTY-PAIR-ADDED"}),
    "SIGN-008": frozenset({"QUERY-NOT-SIGNED", "BODY-NOT-SIGNED", "BODY-OF-GET-SIGNED", "URL-SIGNED-INSTEAD-OF-BODY"}),
    "SIGN-009": frozenset({"HOST-SIGNED", "FULL-URL-SIGNED", "PATH-SHORTENED", "SLASH-DIFFERS"}),
    "SIGN-010": frozenset({"METHOD-LOWER-CASE", "METHOD-LEFT-OUT", "OTHER-METHOD-SIGNED"}),
    "SIGN-011": frozenset(
        {"JSON-SPACES-DIFFER", "JSON-SORTED", "JSON-ESCAPES-DIFFER", "JSON-BLANKS-REMOVED", "PYTHON-DICT-SIGNED"}
    ),
    "CANON-001": frozenset(
        {
            "PARAMETERS-SORTED",
            "PARAMETERS-SORTED-BACKWARDS",
            "PARAMETERS-REVERSED",
            "NONCE-SIGNED-FIRST",
            "NONCE-SIGNED-LAST",
            "QUERY-NOT-SORTED",
        }
    ),
    "CANON-002": frozenset({"QUERY-NOT-SORTED"}),
    "CANON-003": frozenset({"DUPLICATES-COLLAPSED"}),
    "CANON-004": frozenset({"EMPTY-VALUES-LEFT-OUT", "NULL-SIGNED"}),
    "CANON-006": frozenset({"HOST-SIGNED", "FULL-URL-SIGNED"}),
    "ENC-001": frozenset({"SIGNED-UNENCODED", "SIGNED-ENCODED"}),
    "ENC-002": frozenset({"SPACE-SIGNED-AS-PERCENT-20", "SPACE-SIGNED-AS-PLUS", "QUERY-SIGNED-ENCODED"}),
    "ENC-003": frozenset({"ENCODED-TWICE"}),
    "ENC-005": frozenset({"OTHER-SAFE-CHARACTERS", "QUERY-SIGNED-ENCODED"}),
    "UNI-001": frozenset({"SIGNED-AS-LATIN-1", "TEXT-IN-UTF-16", "JSON-ESCAPES-DIFFER"}),
}


# --- what is refused, and what explains it


def signatures_verify(conversation: Conversation) -> Word:
    """Every private request verifies over the bytes that arrived."""
    meant: Entry | None = None
    for view, entry in conversation.observation.private():
        reason = str(refused_for(entry))
        if reason in signing.UNSIGNED and reason != signing.BAD_SIGNATURE:
            if not on_purpose(view, entry, reason):
                return signing.unsigned(entry, reason)
            meant = meant or entry
    refused = conversation.unverified
    for view, entry, codes in refused:
        if codes:
            if not on_purpose(view, entry, codes[0]):
                return signing.unsigned(entry, signing.BAD_SIGNATURE)
            meant = meant or entry
    good = sum(verified(entry) for entry in conversation.private)
    if meant is not None:
        what = f"{meant.request.method} {meant.request.path.decode('latin-1')}"
        return Suspected(
            summary=f"{what} came with credentials that are not the command's, and {good} others verify: it may be a "
            "test of what happens then.",
            culprits=(meant,),
        )
    if refused:
        _view, entry, _codes = refused[0]
        what = f"{entry.request.method} {entry.request.path.decode('latin-1')}"
        if good:
            return Suspected(
                summary=f"The signature of {what} does not verify, nothing explains it, and {good} others verify: it "
                "may be a secret that is wrong on purpose.",
                culprits=(entry,),
            )
        return Suspected(
            summary=f"No signature verifies, and nothing explains that of {what}: is the command's secret the one "
            "that noncense was told?",
            culprits=(entry,),
            grave=True,
        )
    otherwise = "none was asked for its signature: see why they were refused" if conversation.private else None
    return held({"requests": good}, otherwise or "no private request arrived")


def by_code(requirement: str, conversation: Conversation) -> Broken | None:
    """Return the finding where the doctor's best word on a refused signature is one that breaks a requirement."""
    for view, entry, codes in conversation.unverified:
        own = [code for code in codes if code in CODES[requirement]]
        if own and codes[0] in CODES[requirement] and not on_purpose(view, entry, codes[0]):
            what = f"{entry.request.method} {entry.request.path.decode('latin-1')}"
            return Broken(
                summary=f"The signature of {what} does not verify over the bytes that arrived.",
                diagnosis=tuple(own),
                culprits=(entry,),
            )
    return None


# --- requests of a certain kind

Belongs = Callable[[Conversation, Entry], bool]


def _of_kind(requirement: str, belongs: Belongs, otherwise: str) -> Oracle:
    """Return an oracle: requests of a kind verify; what breaks them is named by the doctor."""

    def judge(conversation: Conversation) -> Word:
        if requirement in CODES and (broken := by_code(requirement, conversation)) is not None:
            return broken
        mine = [entry for entry in conversation.private if entry.verdict is not None and belongs(conversation, entry)]
        lost = [entry for entry in mine if refused_for(entry) in signing.UNSIGNED]
        if lost:
            return Unseen(reason="signatures of such requests fail for another reason: see SIGN-001")
        return held({"requests": sum(verified(entry) for entry in mine)}, otherwise)

    return judge


def _values(entry: Entry) -> Mapping[str, list[object]]:
    try:
        return {name: list(values) for name, values in arrivals.parameters(entry.request).items()}
    except arrivals.Unreadable:
        return {}


def _texts(entry: Entry) -> list[str]:
    return [value for values in _values(entry).values() for value in values if isinstance(value, str)]


def _own_names(conversation: Conversation, entry: Entry) -> list[str]:
    """Return the names of a request's parameters that its endpoint describes."""
    endpoint = arrivals.endpoint_of(conversation.observation.setting, entry)
    known = {parameter.name for parameter in endpoint.parameters} if endpoint is not None else set()
    return [name for name in _values(entry) if name in known]


def _bare(conversation: Conversation, entry: Entry) -> bool:
    return entry.endpoint is not None and not _own_names(conversation, entry)


def _with(characters: str) -> Belongs:
    return lambda _conversation, entry: any(set(text) & set(characters) for text in _texts(entry))


def _trapped(conversation: Conversation, entry: Entry) -> bool:
    names = list(_values(entry))
    return sorted(names) != sorted(names, key=str.lower) or any(
        one != other and other.startswith(one) for one in names for other in names
    )


def _several_parts(conversation: Conversation) -> Word:
    """Queries and bodies are signed where they are documented to be."""
    if (broken := by_code("SIGN-008", conversation)) is not None:
        return broken
    seen = Counter[str]()
    for entry in conversation.private:
        if verified(entry):
            request = entry.request
            seen[
                f"{request.method} {'with a body' if request.body else 'with a query' if request.query else 'bare'}"
            ] += 1
    return Held(seen=seen) if len(seen) > 1 else Unseen(reason="the traffic had calls of one form only")


def _in_utf8(conversation: Conversation) -> Word:
    """Letters beyond ASCII are UTF-8: bytes that are not came from no text."""
    for entry in conversation.private:
        try:
            arrivals.parameters(entry.request)
        except arrivals.Unreadable as problem:
            if "UTF-8" in str(problem):
                return Broken(
                    summary=f"The parameters cannot be read: {problem}.",
                    diagnosis=("VALUE-CHANGED",),
                    culprits=(entry,),
                )
    return _of_kind(
        "UNI-001",
        lambda _conversation, entry: any(not text.isascii() for text in _texts(entry)),
        "the traffic had no letter beyond ASCII",
    )(conversation)


def _documented_path(requirement: str) -> Oracle:
    def judge(conversation: Conversation) -> Word:
        for entry in (entry for view in conversation.keys for entry in view.entries):
            named = entry.request.target.lower().removeprefix(b"http:").removeprefix(b"https:")
            if authority(entry) and named.startswith(f"//{authority(entry)}".encode()):
                return Broken(
                    summary=f"The request line names the host: {entry.request.target.decode('latin-1')[:200]}.",
                    diagnosis=("HOST-IN-TARGET",),
                    culprits=(entry,),
                )
        urls = {
            f"{scheme}{number}": f"{scheme}://{name}"
            for number, name in enumerate(sorted({authority(entry) for entry in conversation.private} - {""}))
            for scheme in ("http", "https")
        }
        observation = replace(conversation.observation, base_urls=urls)
        judged = signing.nothing_of_the_base_url(conversation.case, observation)
        if isinstance(judged, Broken) and {"HOST-SIGNED", "HOST-IN-TARGET"} & set(judged.diagnosis):
            return judged
        if (broken := by_code(requirement, conversation)) is not None:
            return broken
        return held(
            {"requests": sum(verified(entry) for entry in conversation.private)}, "no signature verified at all"
        )

    return judge


def _digests_in_full(conversation: Conversation) -> Word:
    judged = signing.digests_in_full(conversation.case, conversation.observation)
    if not isinstance(judged, Held):
        return judged
    telling = sum(judged.seen[name] for name in ("leading 0", "zero inside", "+", "/", "=") if name in judged.seen)
    return held({"telling digests": telling}, "no digest had a zero to lose")


RULES: tuple[Rule, ...] = (
    Rule(
        requirement="SIGN-001",
        looks_at="every private request's signature, over the bytes that arrived",
        judge=signatures_verify,
    ),
    Rule(
        requirement="SIGN-002",
        looks_at="what the doctor says of refused signatures; that one secret works says nothing of others",
        judge=_of_kind("SIGN-002", lambda _conversation, _entry: False, "a command has one secret"),
        acquits=False,
    ),
    Rule(
        requirement="SIGN-003",
        looks_at="digests that begin with a zero, have one inside, or are padded",
        judge=_digests_in_full,
        least={"telling digests": 1},
    ),
    Rule(
        requirement="SIGN-004",
        looks_at="the letter case of every signature",
        judge=of_observation(spellings.case_of_the_signature),
    ),
    Rule(
        requirement="SIGN-005",
        looks_at="whether signatures cover the nonce and timestamp sent with them, and none before",
        judge=of_observation(signing.freshness_is_signed),
        least={"requests": 2},
    ),
    Rule(
        requirement="SIGN-007",
        looks_at="signatures of calls without parameters of their own",
        judge=_of_kind("SIGN-007", _bare, "the traffic had no call without parameters"),
    ),
    Rule(
        requirement="SIGN-008",
        looks_at="signatures of calls with a query, with a body and with neither",
        judge=_several_parts,
        least={},
    ),
    Rule(
        requirement="SIGN-009",
        looks_at="targets, and whether any part of the address was signed, under the names that the command uses",
        judge=_documented_path("SIGN-009"),
    ),
    Rule(
        requirement="SIGN-010",
        looks_at="signatures of every method that the traffic had",
        judge=_of_kind("SIGN-010", lambda _conversation, _entry: True, "no private request arrived"),
    ),
    Rule(
        requirement="SIGN-011",
        looks_at="signatures of requests with a body",
        judge=_of_kind("SIGN-011", lambda _c, entry: bool(entry.request.body), "the traffic had no body"),
    ),
    Rule(
        requirement="CANON-001",
        looks_at="signatures of calls with two parameters or more",
        judge=_of_kind(
            "CANON-001", lambda c, entry: len(_own_names(c, entry)) > 1, "the traffic had no call with two parameters"
        ),
    ),
    Rule(
        requirement="CANON-002",
        looks_at="signatures of calls whose parameters sort differently by letters than by code units",
        judge=_of_kind("CANON-002", _trapped, "the traffic had no names that are hard to sort"),
    ),
    Rule(
        requirement="CANON-003",
        looks_at="signatures of calls that repeat a parameter",
        judge=_of_kind(
            "CANON-003",
            lambda _c, entry: any(len(values) > 1 for values in _values(entry).values()),
            "the traffic had no list",
        ),
    ),
    Rule(
        requirement="CANON-006",
        looks_at="targets, and whether host or port were signed, under the names that the command uses",
        judge=_documented_path("CANON-006"),
    ),
    Rule(
        requirement="ENC-001",
        looks_at="what the doctor says of refused signatures; whether a value is the one asked for is not seen",
        judge=_of_kind("ENC-001", lambda _c, _e: False, "what was asked for is not on the wire"),
        acquits=False,
    ),
    Rule(
        requirement="ENC-002",
        looks_at="signatures of calls with a blank in a value",
        judge=_of_kind("ENC-002", _with(" "), "the traffic had no blank in a value"),
    ),
    Rule(
        requirement="ENC-003",
        looks_at="what the doctor says of refused signatures; whether a value is the one asked for is not seen",
        judge=_of_kind("ENC-003", lambda _c, _e: False, "what was asked for is not on the wire"),
        acquits=False,
    ),
    Rule(
        requirement="ENC-005",
        looks_at=f"signatures of calls with one of {spellings.DISPUTED} in a value",
        judge=_of_kind("ENC-005", _with(spellings.DISPUTED), "the traffic had no such character in a value"),
    ),
    Rule(
        requirement="UNI-001",
        looks_at="signatures of calls with letters beyond ASCII in a value that is UTF-8",
        judge=_in_utf8,
    ),
    Rule(
        requirement="SIZE-003",
        looks_at=f"signatures of calls with a value of {LONG} characters and more, or with hundreds of parameters",
        judge=_of_kind(
            "SIZE-003",
            lambda _c, entry: len(entry.request.body) + len(entry.request.query) >= LONG or len(_values(entry)) >= 300,
            "the traffic had no long call",
        ),
    ),
)
