"""What no table says of an exchange: how it signs, what its credentials look like, what is not played yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something of the original that is not played.

    Attributes:
        words: What it is, in one line.
        names: Endpoints that it consists of, as the dialect names endpoints; none of them may be served.
    """

    words: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A call that shows the stages of a signature.

    Attributes:
        method: The HTTP method.
        target: Path and query.
        body: The body before anything is added to it.
        key: The API key.
        secret: Its secret, which belongs to nobody.
        nonce: The nonce, if there is one.
        timestamp_ms: The timestamp, if there is one.
    """

    method: str
    target: str
    body: bytes
    key: str
    secret: str
    nonce: str | None = None
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One exchange in words."""

    canonical_request: str
    string_to_sign: str
    secret: str
    credentials: str
    evidence: str
    example: Example
    gaps: tuple[Gap, ...]


_NOTES = (
    "Numbers in the last column name sections of the notes that the dialect was written from; the letters say how sure"
    " a fact is"
)
_FORM_BODY = (
    "The body of the request, byte for byte as it is sent, nonce included; neither path nor method nor headers."
)
_AS_TEXT = "Its characters, as UTF-8 bytes; nothing is decoded."

WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "reference": Words(
            canonical_request="Five lines joined by a newline, without one at the end: the method; the target, path and"
            " query exactly as sent; the nonce; the timestamp; the lowercase hex SHA-512 of the body (of nothing, where"
            " there is no body).",
            string_to_sign="The canonical request itself.",
            secret=_AS_TEXT,
            credentials="A key of 32 lowercase hex digits; a secret of 64 letters, digits, `-` and `_`. Any text is"
            " accepted where somebody brings a pair of his own.",
            evidence="Nothing here is inferred: the dialect is this project's own, and its specification is the source"
            " of every row.",
            example=Example(
                method="POST",
                target="/v1/orders",
                body=b'{"market":"BTC/USDT","side":"buy","price":"30000.01","amount":"0.00000001"}',
                key="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                secret="reference-secret",  # noqa: S106 - of an example
                nonce="3",
                timestamp_ms=1_700_000_000_002,
            ),
            gaps=(),
        ),
        "poloniex": Words(
            canonical_request=_FORM_BODY,
            string_to_sign="The canonical request itself.",
            secret=f"{_AS_TEXT} It looks like hex and is text all the same.",
            credentials="A key of four groups of eight capitals and digits, joined by `-`; a secret of 128 lowercase"
            " hex digits.",
            evidence=f"{_NOTES}: R recorded traffic, O official documentation, C several independent clients agree,"
            " 1 one report, I inferred.",
            example=Example(
                method="POST",
                target="/tradingApi",
                body=b"command=returnBalances",
                key="7BCLAZQZ-HKLK9K6U-3MP1RNV9-2LS1L33J",
                secret="my-secret",  # noqa: S106 - of an example
                nonce="154264078495300",
            ),
            gaps=(
                Gap(words="Interest on what margin borrowed: how it was charged is not known, so it is nothing"),
                Gap(words="Fees that fall with what was traded: of the tiers only the first is known"),
                Gap(words="Adjustments: nobody makes any, so their list is always empty"),
                Gap(words="The push API over websockets: another protocol"),
            ),
        ),
        "exmo": Words(
            canonical_request=_FORM_BODY,
            string_to_sign="The canonical request itself.",
            secret=f"{_AS_TEXT} The leading `S-` belongs to it.",
            credentials="A key of `K-` and 40 lowercase hex digits; a secret of `S-` and 40 lowercase hex digits.",
            evidence=f"{_NOTES}: O the exchange's own documentation, C captured or agreed on by several clients, R one"
            " report, I inferred.",
            example=Example(
                method="POST",
                target="/v1.1/order_create",
                body=b"pair=BTC_USD&quantity=0.25&price=30123.45&type=buy",
                key="K-00112233445566778899aabbccddeeff00112233",
                secret="S-ffeeddccbbaa99887766554433221100ffeeddcc",  # noqa: S106 - of an example
                nonce="1700000000001",
            ),
            gaps=(
                Gap(
                    words="Margin methods whose answers nobody wrote down, and which no client is known to read",
                    names=(
                        "margin/currency/list",
                        "margin/settings",
                        "margin/funding/list",
                        "margin/user/info",
                        "margin/user/order/max_quantity",
                        "margin/user/position/margin_remove_info",
                        "margin/user/position/margin_add_info",
                        "margin/user/wallet/history",
                        "margin/liquidation/feed",
                    ),
                ),
                Gap(words="Interest on what margin trading borrows: `funding_rate` is 0"),
                Gap(
                    words="Money that comes into the margin wallet: EXMO's customers move it there on its site, and no"
                    " method does; here whoever runs the exchange does (`MockExchange.transfer`)"
                ),
                Gap(words="A second factor: which method asks for its code is not known; a key can be refused for it"),
                Gap(words="A review of vouchers, and the time that loading one takes: it is done at once"),
                Gap(words="The socket"),
            ),
        ),
        "bitunix": Words(
            canonical_request="Nonce, timestamp, key, query and body with nothing between them. The query is its"
            " decoded names and values, sorted by name in ASCII order and run together; the body is the text as sent,"
            " and empty for GET. Neither method nor path nor host.",
            string_to_sign="The lowercase hex SHA-256 of the canonical request: 64 characters of text.",
            secret=_AS_TEXT + " They stand behind the string to sign; then SHA-256 once more. No HMAC.",
            credentials="A key and a secret of 32 lowercase hex digits each. The nonce is documented as 32 random"
            " characters; other lengths are accepted, as live servers were seen to do, and one that was used before is"
            " refused only where somebody asks for it (the setting `single_use_nonces`).",
            evidence=f"{_NOTES}: O official, L seen live, R one report, I inferred. Under the profile `observed` a"
            " timestamp may also be any distance ahead of the server's clock, as one live server allowed 61 seconds.",
            example=Example(
                method="GET",
                target="/api/spot/v1/order/detail?orderId=730000000000000001",
                body=b"",
                key="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                secret="00112233445566778899aabbccddeeff",  # noqa: S106 - of an example
                nonce="a1b2c3d4e5f60718293a4b5c6d7e8f90",
                timestamp_ms=1_735_689_600_000,
            ),
            gaps=(
                Gap(words="Funding: its rate is shown and never paid"),
                Gap(
                    words="What the notes do not have: the fields of futures trades, positions, tiers and protections"
                    " are inferred, the limit of a spot batch is our own, and a refused post-only order has no code"
                    " of its own"
                ),
                Gap(words="Texts in other languages (the header `language`): what it changes is not documented"),
                Gap(words="The sockets"),
            ),
        ),
    }
)
