"""Wrong signatures in the hundreds, made by plain code of our own that knows nothing of the doctor.

Each family signs as one kind of exchange does, written out by hand with the standard library alone, in stages. A
mistake takes the place of one stage; a corpus is every mistake by itself and pairs of mistakes at different stages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from signer import Request

#: One stage's work, and what the mistakes at this stage do instead, by the name that the doctor should find.
Work = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """One request with a wrong signature.

    Attributes:
        dialect: Whose rules it breaks.
        mistakes: What was done wrong.
        request: As it travels.
        key: The API key.
        secret: Its secret.
        signature: What the client computed; it stands in `request` already.
    """

    dialect: str
    mistakes: frozenset[str]
    request: Request
    key: str
    secret: str
    signature: str

    @property
    def name(self) -> str:
        return f"{self.dialect}-{'+'.join(sorted(self.mistakes)) or 'right'}"


@dataclass(frozen=True)
class Family:
    """How one kind of exchange is signed, stage by stage; each stage takes what the one before it gave.

    Attributes:
        dialect: Its name.
        key: The API key.
        secret: Its secret.
        right: Stage to the documented work.
        wrong: Stage to its mistakes: (name, work).
        play: The works in, the signed request and its signature out.
    """

    dialect: str
    key: str
    secret: str
    right: Mapping[str, Work]
    wrong: Mapping[str, Sequence[tuple[str, Work]]]
    play: Callable[[Mapping[str, Work]], tuple[Request, str]]

    def case(self, *chosen: tuple[str, str, Work]) -> Case:
        works = {**self.right, **{stage: work for stage, _, work in chosen}}
        request, signature = self.play(works)
        mistakes = frozenset(name for _, name, _ in chosen)
        return Case(self.dialect, mistakes, request, self.key, self.secret, signature)

    def cases(self, most: int) -> Iterator[Case]:
        """Yield every case with up to so many mistakes at as many stages; none that fewer of them explain."""
        single = [(stage, name, work) for stage, wrong in self.wrong.items() for name, work in wrong]
        seen = {self.case().signature}
        for number in range(1, most + 1):
            for chosen in itertools.combinations(single, number):
                if len({stage for stage, _, _ in chosen}) == number:
                    case = self.case(*chosen)
                    if case.signature not in seen:
                        seen.add(case.signature)
                        yield case


# --- what is common to all: the secret, the digest, its spelling ---


def _secret_mistakes(secret: str, key: str) -> list[tuple[str, Work]]:
    body = secret[2:] if secret[1:2] == "-" else secret
    found: list[tuple[str, Work]] = [
        ("SECRET-WITH-NEWLINE", lambda: (secret + "\n").encode()),
        ("SECRET-UPPER-CASED", lambda: secret.upper().encode()),
        ("SECRET-IN-QUOTES", lambda: f'"{secret}"'.encode()),
        ("SECRET-HASHED", lambda: hashlib.sha256(secret.encode()).digest()),
        ("SECRET-BASE64-ENCODED", lambda: base64.b64encode(secret.encode())),
        ("KEY-AS-SECRET", lambda: key.encode()),
        ("SECRET-EMPTY", lambda: b""),
        ("SECRET-AS-BYTES-REPR", lambda: str(secret.encode()).encode()),
    ]
    if body != secret:
        found.append(("SECRET-PREFIX-STRIPPED", lambda: body.encode()))
    else:
        found.append(("SECRET-HEX-DECODED", lambda: bytes.fromhex(secret)))
        found.append(("SECRET-BASE64-DECODED", lambda: base64.b64decode(secret)))
    return found


def _hmac_mistakes(name: str) -> list[tuple[str, Work]]:
    other = "sha256" if name == "sha512" else "sha512"
    return [
        ("OTHER-HASH", lambda key, text: hmac.new(key, text, other).digest()),
        ("PLAIN-HASH", lambda key, text: hashlib.new(name, key + text).digest()),
        ("HASH-WITHOUT-SECRET", lambda key, text: hashlib.new(name, text).digest()),
        ("HMAC-ARGUMENTS-SWAPPED", lambda key, text: hmac.new(text, key, name).digest()),
        ("HASHED-AGAIN", lambda key, text: hashlib.new(name, hmac.new(key, text, name).hexdigest().encode()).digest()),
    ]


_WRITTEN: list[tuple[str, Work]] = [
    ("SIGNATURE-BASE64", lambda raw: base64.b64encode(raw).decode()),
    ("SIGNATURE-BASE64-OF-HEX", lambda raw: base64.b64encode(raw.hex().encode()).decode()),
    ("SIGNATURE-WITH-PREFIX", lambda raw: "hmac-sha512=" + raw.hex() if len(raw) == 64 else "sha256=" + raw.hex()),
]
_UPPER: tuple[str, Work] = ("SIGNATURE-UPPER-CASE", lambda raw: raw.hex().upper())


# --- forms: Poloniex and EXMO ---

_ORDER = [
    ("pair", "BTC_USD"),
    ("quantity", "0.25"),
    ("price", "30123.45"),
    ("type", "buy"),
    ("client note", "two words, (one) a+b/c é"),
    ("empty", ""),
]


def _pairs_joined(pairs: Sequence[tuple[str, str]], spell: Callable[[str], str] = quote_plus) -> bytes:
    return "&".join(f"{spell(name)}={spell(value)}" for name, value in pairs).encode()


def _form_family(dialect: str, key: str, secret: str, target: str) -> Family:
    nonce = "1700000000123"
    sent = [*_ORDER, ("nonce", nonce)]
    body = _pairs_joined(sent)

    def play(works: Mapping[str, Work]) -> tuple[Request, str]:
        text = works["layout"](works["spelling"](works["order"](works["parameters"](list(sent)))))
        signature = works["writing"](works["digest"](works["secret"](), text))
        headers = (
            (b"Host", b"127.0.0.1:8800"),
            (b"Content-Type", b"application/x-www-form-urlencoded"),
            (b"Key", key.encode()),
            (b"Sign", signature.encode()),
        )
        return Request(method="POST", target=target.encode(), headers=headers, body=body), signature

    def without(name: str) -> Work:
        return lambda pairs: [pair for pair in pairs if pair[0] != name]

    def nonce_as(value: str) -> Work:
        return lambda pairs: [(name, value if name == "nonce" else text) for name, text in pairs]

    lower = str.maketrans("ABCDEF", "abcdef")

    def lower_escapes(text: str) -> str:
        parts = quote_plus(text).split("%")
        return "%".join([parts[0], *(part[:2].translate(lower) + part[2:] for part in parts[1:])])

    return Family(
        dialect,
        key,
        secret,
        right={
            "parameters": lambda pairs: pairs,
            "order": lambda pairs: pairs,
            "spelling": _pairs_joined,
            "layout": lambda text: text,
            "secret": lambda: secret.encode(),
            "digest": lambda key_bytes, text: hmac.new(key_bytes, text, "sha512").digest(),
            "writing": lambda raw: raw.hex(),
        },
        wrong={
            "parameters": [
                ("SIGNED-BEFORE-NONCE", without("nonce")),
                ("PARAMETER-LEFT-OUT", without("price")),
                ("NONCE-DRAWN-TWICE", nonce_as("1700000000124")),
                ("EMPTY-VALUES-LEFT-OUT", lambda pairs: [pair for pair in pairs if pair[1]]),
                ("NULL-SIGNED", lambda pairs: [(name, value or "null") for name, value in pairs]),
            ],
            "order": [
                ("PARAMETERS-SORTED", sorted),
                ("PARAMETERS-SORTED-BACKWARDS", lambda pairs: sorted(pairs, reverse=True)),
                ("PARAMETERS-REVERSED", lambda pairs: pairs[::-1]),
                ("NONCE-SIGNED-FIRST", lambda pairs: sorted(pairs, key=lambda pair: pair[0] != "nonce")),
            ],
            "spelling": [
                ("SPACE-SIGNED-AS-PERCENT-20", lambda pairs: _pairs_joined(pairs, lambda text: quote(text, safe=""))),
                ("SIGNED-UNENCODED", lambda pairs: _pairs_joined(pairs, str)),
                ("LOWERCASE-ESCAPES", lambda pairs: _pairs_joined(pairs, lower_escapes)),
                ("OTHER-SAFE-CHARACTERS", lambda pairs: _pairs_joined(pairs, lambda text: quote_plus(text, safe="/"))),
                ("ENCODED-TWICE", lambda pairs: _pairs_joined(pairs, lambda text: quote(quote_plus(text), safe=""))),
                ("JSON-SIGNED-INSTEAD-OF-FORM", lambda pairs: json.dumps(dict(pairs)).encode()),
                ("VALUES-ONLY", lambda pairs: "".join(value for _, value in pairs).encode()),
                ("NAMES-AND-VALUES-RUN-TOGETHER", lambda pairs: "".join(n + v for n, v in pairs).encode()),
            ],
            "layout": [
                ("NEWLINE-ADDED", lambda text: text + b"\n"),
                ("PATH-IN-FRONT", lambda text: target.encode() + text),
                ("METHOD-AND-PATH-IN-FRONT", lambda text: b"POST" + target.encode() + text),
                ("KEY-IN-FRONT", lambda text: key.encode() + text),
                ("NONCE-IN-FRONT", lambda text: nonce.encode() + text),
                ("TEXT-BASE64-ENCODED", base64.b64encode),
                ("TEXT-HASHED-FIRST", lambda text: hashlib.sha512(text).hexdigest().encode()),
                ("TEXT-UPPER-CASED", lambda text: text.upper()),
            ],
            "secret": _secret_mistakes(secret, key),
            "digest": _hmac_mistakes("sha512"),
            "writing": _WRITTEN,  # either letter case of hex is accepted by these exchanges
        },
        play=play,
    )


# --- five lines: the reference dialect ---


def _lines_family(method: str, target: str, body: bytes) -> Family:
    key, secret = "reference-key", "c29tZSBzZWNyZXQgb2Ygb3VycyE0"
    nonce, timestamp = "1700000000123", "1735689600000"
    host = "127.0.0.1:8800"

    def play(works: Mapping[str, Work]) -> tuple[Request, str]:
        lines = [
            works["method"](method),
            works["target"](target),
            *works["fresh"](nonce, timestamp),
            works["hash"](works["body"](body)),
        ]
        text = works["layout"](lines)
        signature = works["writing"](works["digest"](works["secret"](), text))
        headers = (
            (b"Host", host.encode()),
            (b"Content-Type", b"application/json"),
            (b"Api-Key", key.encode()),
            (b"Nonce", nonce.encode()),
            (b"Timestamp", timestamp.encode()),
            (b"Sign", signature.encode()),
        )
        return Request(method=method, target=target.encode(), headers=headers, body=body), signature

    def joined(by: str) -> Work:
        return lambda lines: by.join(lines).encode("utf-8", "surrogateescape")

    path, _, query = target.partition("?")
    wrong_targets: list[tuple[str, Work]] = [
        ("HOST-SIGNED", lambda text: host + text),
        ("FULL-URL-SIGNED", lambda text: f"http://{host}{text}"),
        ("PATH-SHORTENED", lambda text: text.removeprefix("/v1")),
        ("SLASH-DIFFERS", lambda text: path + "/" + ("?" + query if query else "")),
    ]
    if query:
        wrong_targets += [
            ("QUERY-NOT-SIGNED", lambda text: path),
            ("SIGNED-UNENCODED", lambda text: text.replace("%2F", "/")),
            ("LOWERCASE-ESCAPES", lambda text: text.replace("%2F", "%2f")),
            ("PARAMETERS-SORTED", lambda text: path + "?" + "&".join(sorted(query.split("&")))),
        ]
    wrong_bodies: list[tuple[str, Work]]
    if body:
        value = json.loads(body)
        wrong_bodies = [
            ("JSON-SPACES-DIFFER", lambda text: json.dumps(value).encode()),
            ("JSON-SORTED", lambda text: json.dumps(value, sort_keys=True, separators=(",", ":")).encode()),
            ("JSON-ESCAPES-DIFFER", lambda text: text.replace(b"/", b"\\/")),
            ("PYTHON-DICT-SIGNED", lambda text: str(value).encode()),
            ("BODY-NOT-SIGNED", lambda text: b""),
            ("FORM-SIGNED-INSTEAD-OF-JSON", lambda text: _pairs_joined(list(value.items()))),
        ]
    else:
        wrong_bodies = [("EMPTY-BODY-SIGNED-AS-OBJECT", lambda text: b"{}")]
    return Family(
        "reference",
        key,
        secret,
        right={
            "method": str,
            "target": str,
            "fresh": lambda *fields: fields,
            "body": bytes,
            "hash": lambda text: hashlib.sha512(text).hexdigest(),
            "layout": joined("\n"),
            "secret": lambda: secret.encode(),
            "digest": lambda key_bytes, text: hmac.new(key_bytes, text, "sha512").digest(),
            "writing": lambda raw: raw.hex(),
        },
        wrong={
            "method": [("METHOD-LOWER-CASE", str.lower)],
            "target": wrong_targets,
            "fresh": [
                ("TIMESTAMP-SIGNED-IN-SECONDS", lambda nonce, at: (nonce, at[:-3])),
                ("NONCE-AND-TIMESTAMP-SWAPPED", lambda nonce, at: (at, nonce)),
                ("NONCE-DRAWN-TWICE", lambda nonce, at: (str(int(nonce) - 1), at)),
                ("NONCE-LEFT-OUT", lambda nonce, at: ("", at)),
            ],
            "body": wrong_bodies,
            "hash": [
                ("BODY-HASHED-OTHERWISE", lambda text: hashlib.sha256(text).hexdigest()),
                *([("BODY-NOT-HASHED", lambda text: text.decode("utf-8", "surrogateescape"))] if body else []),
            ],
            "layout": [
                ("NEWLINES-LEFT-OUT", joined("")),
                ("NEWLINES-AS-TEXT", joined("\\n")),
                ("NEWLINES-WITH-CARRIAGE-RETURN", joined("\r\n")),
                ("NEWLINE-ADDED", lambda lines: ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")),
            ],
            "secret": [mistake for mistake in _secret_mistakes(secret, key) if mistake[0] != "SECRET-HEX-DECODED"],
            "digest": _hmac_mistakes("sha512"),
            "writing": [*_WRITTEN, _UPPER],
        },
        play=play,
    )


# --- two hashes: Bitunix ---


def _hashed_family(method: str, path: str, query: Sequence[tuple[str, str]], body: bytes) -> Family:
    key, secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "00112233445566778899aabbccddeeff"
    nonce, timestamp = "a1b2c3d4e5f60718293a4b5c6d7e8f90", "1735689600000"
    target = path + ("?" + _pairs_joined(query).decode() if query else "")

    def play(works: Mapping[str, Work]) -> tuple[Request, str]:
        text = "".join((*works["fresh"](nonce, timestamp, key), works["query"](query), works["body"](body.decode())))
        signature = works["writing"](works["digest"](text.encode(), works["secret"]()))
        headers = (
            (b"Host", b"127.0.0.1:8800"),
            (b"Content-Type", b"application/json"),
            (b"api-key", key.encode()),
            (b"nonce", nonce.encode()),
            (b"timestamp", timestamp.encode()),
            (b"sign", signature.encode()),
        )
        return Request(method=method, target=target.encode(), headers=headers, body=body), signature

    def twice(text: bytes, secret_bytes: bytes) -> bytes:
        return hashlib.sha256(hashlib.sha256(text).hexdigest().encode() + secret_bytes).digest()

    wrong_queries: list[tuple[str, Work]] = []
    if query:
        wrong_queries = [
            ("QUERY-WITH-EQUALS", lambda pairs: "".join(f"{name}={value}" for name, value in sorted(pairs))),
            ("QUERY-WITH-EQUALS-AND-AMPERSANDS", lambda pairs: "&".join(f"{n}={v}" for n, v in sorted(pairs))),
            ("VALUES-ONLY", lambda pairs: "".join(value for _, value in sorted(pairs))),
            ("QUERY-NOT-SORTED", lambda pairs: "".join(name + value for name, value in pairs)),
            ("QUERY-NOT-SIGNED", lambda pairs: ""),
        ]
    wrong_bodies: list[tuple[str, Work]] = [("EMPTY-BODY-SIGNED-AS-OBJECT", lambda text: "{}")] if not body else []
    if body:
        value = json.loads(body)
        wrong_bodies = [
            ("JSON-SPACES-DIFFER", lambda text: json.dumps(value)),
            ("JSON-SORTED", lambda text: json.dumps(value, sort_keys=True, separators=(",", ":"))),
            ("BODY-NOT-SIGNED", lambda text: ""),
            ("PYTHON-DICT-SIGNED", lambda text: str(value)),
        ]
    return Family(
        "bitunix",
        key,
        secret,
        right={
            "fresh": lambda *fields: fields,
            "query": lambda pairs: "".join(name + value for name, value in sorted(pairs)),
            "body": str,
            "digest": twice,
            "secret": lambda: secret.encode(),
            "writing": lambda raw: raw.hex(),
        },
        wrong={
            "fresh": [
                ("KEY-LEFT-OUT", lambda nonce, at, key: (nonce, at)),
                ("KEY-FIRST", lambda nonce, at, key: (key, nonce, at)),
                ("TIMESTAMP-SIGNED-IN-SECONDS", lambda nonce, at, key: (nonce, at[:-3], key)),
                ("NONCE-AND-TIMESTAMP-SWAPPED", lambda nonce, at, key: (at, nonce, key)),
            ],
            "query": wrong_queries,
            "body": wrong_bodies,
            "digest": [
                ("HASHED-ONCE", lambda text, key_bytes: hashlib.sha256(text + key_bytes).digest()),
                (
                    "SECOND-HASH-OVER-RAW-DIGEST",
                    lambda text, key_bytes: hashlib.sha256(hashlib.sha256(text).digest() + key_bytes).digest(),
                ),
                (
                    "HMAC-INSTEAD-OF-HASH",
                    lambda text, key_bytes: hmac.new(
                        key_bytes, hashlib.sha256(text).hexdigest().encode(), "sha256"
                    ).digest(),
                ),
            ],
            # An empty secret behind the text is no secret at all: one and the same mistake here.
            "secret": [
                (name if name != "SECRET-EMPTY" else "HASH-WITHOUT-SECRET", work)
                for name, work in _secret_mistakes(secret, key)
            ],
            "writing": [*_WRITTEN[:2], _UPPER],
        },
        play=play,
    )


FAMILIES: tuple[Family, ...] = (
    _form_family("poloniex", "7BCLAZQZ-HKLK9K6U-3MP1RNV9-2LS1L33J", "0123456789abcdef" * 8, "/tradingApi"),
    _form_family("exmo", "K-00112233445566778899aabb", "S-ffeeddccbbaa9988776655443322", "/v1.1/order_create"),
    _lines_family(
        "POST", "/v1/orders", b'{"side":"buy","market":"BTC/USDT","price":"30000.01","amount":"0.5","note":"a b"}'
    ),
    _lines_family("GET", "/v1/orders?market=BTC%2FUSDT&limit=5&after=12", b""),
    _hashed_family("GET", "/api/spot/v1/order/deal/list", [("symbol", "BTCUSDT"), ("orderId", "7300001")], b""),
    _hashed_family(
        "POST",
        "/api/spot/v1/order/place_order",
        [],
        b'{"symbol":"BTCUSDT","side":2,"type":1,"volume":"0.5","price":"30000.01"}',
    ),
)
