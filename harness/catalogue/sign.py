"""SIGN: what a client signs is what it sends."""

from harness.catalogue.requirement import Application, Property, Requirement
from harness.catalogue.sources import REFERENCE, SIGNED_EXACTLY
from harness.events import Level
from harness.properties import hops, signed_calls, signing, spellings
from signer import Kind

_SIGNED_MANY = frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP})
_REFUSED = "The exchange refuses the call; no order is placed or cancelled when it matters."
_RAW_BYTES = "Sign the very bytes that go onto the wire: build the body once, sign it, send it."

ROWS = (
    Requirement(
        id="SIGN-001",
        level=Level.MUST,
        title="Every private request carries a signature that verifies over the bytes that arrived.",
        source=SIGNED_EXACTLY,
        consequence=_REFUSED,
        remedy=_RAW_BYTES,
        property=Property(
            cases=signed_calls.mixed_calls,
            fixed=signed_calls.alone_and_together,
            judge=signing.signatures_verify,
            least={"requests": 20},
        ),
    ),
    Requirement(
        id="SIGN-002",
        level=Level.MUST,
        title="The secret is turned into key bytes exactly as documented, whatever it looks like.",
        source=f"{SIGNED_EXACTLY}; the secret is plain text, never decoded",
        consequence="Customers whose secret has an unlucky shape can never make a call.",
        remedy="Use the secret's characters as they stand: no decoding, no trimming, no prefix taken off.",
        property=Property(
            cases=signed_calls.with_drawn_secrets,
            judge=signing.signatures_verify,
            least={"requests": 20},
            examples=30,
        ),
    ),
    Requirement(
        id="SIGN-003",
        level=Level.MUST,
        title="The digest is spelled in full and in the documented encoding, whatever its value.",
        source=f"{SIGNED_EXACTLY}; the digest has a fixed length",
        consequence="One call in sixteen, or in 256, is refused for no reason that anybody can see.",
        remedy="Format the digest byte by byte with leading zeros; do not send it through an integer.",
        property=Property(
            cases=signed_calls.many_reads,
            judge=signing.digests_in_full,
            least={"requests": 100},
            wanted={
                "leading 0": "a digest that begins with 0",
                "leading 00": "a digest that begins with 00",
                "zero inside": "a digest with a byte below 16 inside",
            },
            examples=15,
            patience=9,
        ),
    ),
    Requirement(
        id="SIGN-004",
        level=Level.SHOULD,
        title="The letter case of the signature text is the documented one.",
        source=f"{SIGNED_EXACTLY}; every sample of the documents writes lowercase hex",
        consequence="The exchange refuses every call, or will on the day on which it compares letter by letter.",
        remedy="Write the digest in lowercase hex, as the samples do.",
        dialects={
            "poloniex": Application(level=None, source="Poloniex was recorded to accept signatures in upper case")
        },
        property=Property(
            cases=signed_calls.mixed_calls,
            judge=spellings.case_of_the_signature,
            least={"requests": 10},
            examples=8,
        ),
    ),
    Requirement(
        id="SIGN-005",
        level=Level.MUST,
        title="The signature covers the nonce and the timestamp that are actually sent.",
        source=f"{SIGNED_EXACTLY}; nonce and timestamp are part of the signed text",
        consequence=_REFUSED,
        remedy="Take nonce and timestamp once, put them into the request, then sign.",
        property=Property(
            cases=signed_calls.equal_calls,
            judge=signing.freshness_is_signed,
            least={"requests": 20},
            examples=10,
        ),
    ),
    Requirement(
        id="SIGN-006",
        level=Level.MUST,
        title="A signature is computed anew for every transmission; none is cached or re-used.",
        source=f"{SIGNED_EXACTLY}; a nonce may be used once",
        consequence="The second call is refused as a replay.",
        remedy="Compute nonce and signature inside the function that sends, for each attempt.",
        kinds=frozenset({Kind.RISING_NONCE, Kind.SINGLE_USE_NONCE}),
        property=Property(
            cases=signed_calls.equal_calls,
            judge=signing.signatures_never_repeat,
            least={"requests": 30},
            examples=10,
        ),
    ),
    Requirement(
        id="SIGN-007",
        level=Level.MUST,
        title="A call without parameters is signed as documented: empty body, bare nonce, empty query.",
        source=f"{SIGNED_EXACTLY}; a call without parameters signs what little it sends",
        consequence="Balances cannot be read although orders can be placed, or the reverse.",
        remedy="Sign the empty text where nothing is sent; do not sign `{}`, `null` or a lone `?`.",
        one_of=frozenset({"balances", "raw"}),
        property=Property(
            cases=None,
            fixed=signed_calls.without_parameters,
            judge=signing.signatures_verify_without_parameters,
            least={"requests": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="SIGN-008",
        level=Level.MUST,
        title="What is signed is the documented part: the query of a GET, the body of a POST.",
        source=SIGNED_EXACTLY,
        consequence=_REFUSED,
        remedy="Sign the query text of a GET and the body text of a POST, each as it is sent.",
        kinds=_SIGNED_MANY,
        property=Property(
            cases=signed_calls.by_method,
            judge=signing.signatures_verify_by_method,
            least={"requests": 10},
            wanted={"GET with a query": "a GET with a query", "POST with a body": "a POST with a body"},
        ),
    ),
    Requirement(
        id="SIGN-009",
        level=Level.MUST,
        title="The signed path is the documented path: no scheme, host, port or proxy prefix.",
        source=f"{REFERENCE}: the target exactly as sent",
        consequence="The client works against one host only.",
        remedy="Sign the path and query of the request line, not the URL.",
        kinds=_SIGNED_MANY,
        dialects={"bitunix": Application(level=None, source="Bitunix signs neither path nor host (Sign page)")},
        property=Property(
            cases=signed_calls.elsewhere,
            judge=signing.signatures_verify,
            least={"requests": 5},
            examples=8,
        ),
    ),
    Requirement(
        id="SIGN-010",
        level=Level.MUST,
        title="The method that is signed is the method that is sent, in the documented case.",
        source=f"{REFERENCE}: METHOD is the first line of the string to sign",
        consequence=_REFUSED,
        remedy="Sign the upper-case method that the request line carries.",
        kinds=frozenset({Kind.TIMESTAMP}),
        dialects={"bitunix": Application(level=None, source="Bitunix does not sign the method (Sign page)")},
        property=Property(
            cases=signed_calls.by_method,
            judge=signing.signatures_verify_by_method,
            least={"requests": 10},
            examples=10,
        ),
    ),
    Requirement(
        id="SIGN-011",
        level=Level.MUST,
        title="A body is serialised once: the bytes signed are the bytes sent.",
        source=f"{SIGNED_EXACTLY}; the body text, exactly as sent",
        consequence=_REFUSED,
        remedy=_RAW_BYTES,
        kinds=_SIGNED_MANY,
        operations=frozenset({"raw"}),
        property=Property(cases=signed_calls.typed, judge=signing.signatures_verify, least={"requests": 10}),
    ),
    Requirement(
        id="SIGN-012",
        level=Level.MUST,
        title="Nothing that intermediaries may rewrite takes part in the signature unless documented.",
        source=f"{SIGNED_EXACTLY}; RFC 9110, section 7.6: what intermediaries may change",
        consequence="The client works at home, and behind a company's proxy or another load balancer it does not.",
        remedy="Sign what the documents name, and nothing of the connection: no Host, no order or case of headers.",
        property=Property(
            cases=None,
            fixed=hops.near_and_far,
            judge=hops.survives_the_hop,
            least={"requests": 1},
            examples=0,
        ),
    ),
)
