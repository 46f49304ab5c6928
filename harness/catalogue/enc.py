"""ENC and UNI: values arrive as they were given, whatever characters they hold."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import FORM, SIGNED_EXACTLY, policy
from harness.events import Level
from harness.properties import framing, signed_calls, signing
from harness.strategies import texts

_CARRIERS = frozenset({"raw", "withdraw"})
_CHANGED = "Another value than the user's reaches the exchange, or the call is refused."
_ENCODE = "Encode each name and value once, then sign and send that very text."

ROWS = (
    Requirement(
        id="ENC-001",
        level=Level.MUST,
        title="Values arrive intact whatever delimiters they contain.",
        source=f"{FORM}; {SIGNED_EXACTLY}",
        consequence=_CHANGED,
        remedy=_ENCODE,
        one_of=_CARRIERS,
        dialects={
            "bitunix": Application(
                level=Level.SHOULD, source="the Bitunix documents do not say how a query's escapes are signed"
            )
        },
        property=Property(
            cases=signed_calls.carrying(texts.delimited),
            fixed=signed_calls.each_character,
            judge=signing.values_arrive,
            least={"values": 20},
        ),
    ),
    Requirement(
        id="ENC-002",
        level=Level.MUST,
        title="A space has the same spelling in signed and sent text, and arrives as a space.",
        source=f"{FORM}; {SIGNED_EXACTLY}",
        consequence=_CHANGED,
        remedy="Do not sign `%20` and send `+`, or the reverse: encode once.",
        one_of=_CARRIERS,
        property=Property(
            cases=signed_calls.carrying(texts.spaced),
            fixed=signed_calls.each_of(["a b", " ", "a  b"]),
            judge=signing.values_arrive,
            least={"values": 5},
        ),
    ),
    Requirement(
        id="ENC-003",
        level=Level.MUST,
        title="Nothing is encoded twice and nothing already encoded-looking is decoded.",
        source=f"{FORM}; {SIGNED_EXACTLY}",
        consequence=_CHANGED,
        remedy=_ENCODE,
        one_of=_CARRIERS,
        property=Property(
            cases=signed_calls.carrying(texts.encoded_looking),
            fixed=signed_calls.each_of(texts.ENCODED_LOOKING),
            judge=signing.values_arrive,
            least={"values": 5},
        ),
    ),
    Requirement(
        id="ENC-006",
        level=Level.MUST,
        title="Content-Length counts bytes, or chunked framing is valid; never both.",
        source="RFC 9112, section 6.3",
        consequence="The exchange reads a cut body, or waits for bytes that never come.",
        remedy="Encode the body to bytes before its length is taken.",
        property=Property(
            cases=signed_calls.typed_or_mixed,
            judge=framing.one_valid_length,
            least={"requests": 10},
        ),
    ),
    Requirement(
        id="UNI-001",
        level=Level.MUST,
        title="Non-ASCII text is UTF-8 in signed and sent bytes.",
        source=f"{FORM}; {SIGNED_EXACTLY}",
        consequence=_CHANGED,
        remedy="Encode text as UTF-8 before it is signed, everywhere, whatever the locale.",
        one_of=_CARRIERS,
        property=Property(
            cases=signed_calls.carrying(texts.foreign),
            fixed=signed_calls.each_of(texts.FOREIGN),
            judge=signing.values_arrive,
            least={"values": 5},
        ),
    ),
    Requirement(
        id="UNI-003",
        level=Level.MUST,
        title="CR, LF, NUL and other controls in a value do not reach a header or the request line raw.",
        source=policy("whoever can inject a header can speak in the user's name; RFC 9110, section 5.5"),
        consequence="A value from outside can add headers or whole requests under the user's key.",
        remedy="Encode control characters in values, or refuse them before anything is sent.",
        one_of=_CARRIERS,
        property=Property(
            cases=None,
            fixed=framing.controls,
            judge=framing.nothing_injected,
            least={"provocations": 3},
            examples=0,
        ),
    ),
)
