"""ENC and UNI: values arrive as they were given, whatever characters they hold."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import FORM, SIGNED_EXACTLY, policy
from harness.events import Level
from harness.properties import framing, placement, signed_calls, signing, spellings, surroundings
from harness.strategies import texts

_CARRIERS = frozenset({"raw", "withdraw"})
_CHANGED = "Another value than the user's reaches the exchange, or the call is refused."
_ESCAPED = {
    "bitunix": Application(
        level=Level.SHOULD, source="the Bitunix documents do not say how a query's escapes are signed"
    )
}
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
        dialects=_ESCAPED,
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
        id="ENC-004",
        level=Level.MAY,
        title="Escapes have one hex case throughout one request.",
        source="RFC 3986, section 2.1: producers should use upper-case digits in all escapes",
        consequence="Whoever normalises escapes on the way breaks the signature.",
        remedy="Let one encoder write all escapes of a request.",
        one_of=_CARRIERS,
        property=Property(
            cases=None,
            fixed=spellings.many_escapes,
            judge=spellings.one_hex_case,
            least={"requests": 2},
            wanted={"escapes": "a request with escapes that have letters"},
            examples=0,
        ),
    ),
    Requirement(
        id="ENC-005",
        level=Level.MUST,
        title="Characters on which form and URI encoders disagree (!'()*~,) are spelled alike in signing and sending.",
        source=f"{FORM}; {SIGNED_EXACTLY}",
        consequence="Calls with these characters are refused, and only these.",
        remedy=_ENCODE,
        one_of=_CARRIERS,
        dialects=_ESCAPED,
        property=Property(
            cases=None,
            fixed=signed_calls.each_of([f"a{character}b" for character in spellings.DISPUTED]),
            judge=signing.values_arrive,
            least={"values": len(spellings.DISPUTED)},
            examples=0,
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
        id="ENC-007",
        level=Level.SHOULD,
        title="Bodies are sent with a length rather than in chunks.",
        source=policy("fronts of exchanges refuse chunks with 411, or pass on an empty body; RFC 9112, section 6.3"),
        consequence="A front of the exchange refuses the call, or hands on a body that the signature does not fit.",
        remedy="Build the body before it is sent, and let Content-Length tell its bytes.",
        property=Property(
            cases=None,
            fixed=placement.large_and_small,
            judge=placement.told_its_length,
            least={"requests": 1},
            wanted={"bodies": "a request with a body", "large bodies": "a body of 20 000 bytes and more"},
            examples=0,
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
        id="UNI-002",
        level=Level.MUST,
        title="Text is not normalised, case-folded or trimmed.",
        source=f"{FORM}; {SIGNED_EXACTLY}; a value is what the user gave",
        consequence=_CHANGED,
        remedy="Pass text on as it came; leave normal forms, letter case and blanks to whoever typed it.",
        operations=frozenset({"raw"}),
        dialects=_ESCAPED,
        property=Property(
            cases=None,
            fixed=spellings.untidy,
            judge=spellings.text_untouched,
            least={"values": len(spellings.UNTIDY)},
            examples=0,
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
    Requirement(
        id="UNI-004",
        level=Level.SHOULD,
        title="Text that cannot be encoded is refused locally as `invalid_request`, not mangled.",
        source=policy("a question mark in an address is another address"),
        consequence=_CHANGED,
        remedy="Let the encoder be strict, and report its failure before anything is sent.",
        operations=frozenset({"raw"}),
        property=Property(
            cases=None,
            fixed=spellings.halves,
            judge=spellings.halves_refused,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="UNI-005",
        level=Level.SHOULD,
        title="The bytes that are sent do not depend on the locale or on the order of hash tables.",
        source=policy("a client that signs what it happens to write works on its author's machine"),
        consequence="Calls are refused on some machines, or in some runs, and nobody can say why.",
        remedy="Keep parameters in the order given, and format numbers and letters without regard to the locale.",
        needs_program=True,
        property=Property(
            cases=None,
            fixed=surroundings.elsewhere_in_the_world,
            judge=surroundings.same_bytes,
            least={"runs": 3},
            examples=0,
        ),
    ),
)
