"""Every kind of fault in words: what it does, what it takes, where it may strike. `planning.py` checks plans by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mockserver.core.faults import FaultKind, Phase
from mockserver.core.refusals import Refusal


class SettingKind(StrEnum):
    """What a setting's value is."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TRUTH = "boolean"
    CHOICE = "choice"
    INTEGERS = "integers"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSetting:
    """One setting of a kind of fault.

    Attributes:
        name: As it is given.
        kind: What its value is; PLAIN is a text or a number.
        note: For people.
        least: Least number.
        most: Greatest number.
        choices: What a CHOICE may be.
        usual: What it is where it is not given; None where that means something of its own.
    """

    name: str
    kind: SettingKind
    note: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    usual: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One kind of fault.

    Attributes:
        does: What happens, in a sentence.
        client: What the client gets to see.
        settings: What it takes.
        places: Where it may strike; the first is where it does if nobody says.
        open: Whether it takes settings of any other name too.
    """

    does: str
    client: str
    settings: tuple[FaultSetting, ...] = ()
    places: tuple[Phase, ...] = (Phase.AFTER_HANDLER, Phase.BEFORE_GATE, Phase.BEFORE_HANDLER)
    open: bool = False


_DAY_MS = 86_400_000
_CENTURIES_MS = 2**48
_MEBIBYTE = 2**20
_ANYWHERE = (Phase.AFTER_HANDLER, Phase.BEFORE_GATE, Phase.BEFORE_HANDLER, Phase.AT_CONNECT)
_FIRST_OF_ALL = (Phase.BEFORE_GATE, Phase.BEFORE_HANDLER, Phase.AFTER_HANDLER)

#: The ways in which an answer's JSON is spoilt, and what is then on the wire.
JSON_WAYS: Mapping[str, str] = {
    "nan": "the value is `NaN`",
    "infinity": "the value is `-Infinity`",
    "big_integer": "the value is an integer of 23 digits, beyond 2^64",
    "exponent": "the value is a number with an exponent, `1e-7`",
    "null": "the value is `null`",
    "wrong_type": "the value is of another type: text for a number, a number for anything else",
    "missing": "the member is not there",
    "extra": "there is one more member, which no page names",
    "shuffled": "the members stand in the opposite order",
    "listed": "the whole is the only member of a list",
    "quoted": "the whole is a JSON text that holds the JSON",
    "invalid_utf8": "the value is a text with bytes that are no UTF-8",
    "utf16": "the whole is in UTF-16",
    "bom": "a byte order mark stands before it",
    "cut": "it ends in the middle, and the frame says that this is all",
    "trailing_comma": "a comma stands before the last bracket",
    "two_values": "a second value follows the first",
    "single_quotes": "texts stand in single quotes",
    "deep": "lists within lists, `size` deep (100 000)",
    "large": "one more member makes it `size` bytes long (20 MiB)",
    "empty": "there is nothing",
}

#: The ways in which a head is odd.
HEAD_WAYS: Mapping[str, str] = {
    "lf_only": "lines end with LF alone",
    "http10": "HTTP/1.0 without a length: the body ends with the connection",
    "unknown_version": "the version is HTTP/9.9",
    "bad_status": "the status is `2OO`, with letters",
    "no_reason": "the status line ends behind the status",
    "lower_case": "header names are in lower case",
    "upper_case": "header names are in upper case",
    "no_content_type": "there is no Content-Type",
    "html_type": "the Content-Type says text/html",
    "odd_charset": "the Content-Type says charset=utf-16, which the body is not",
    "no_date": "there is no Date",
    "bad_date": "the Date is no date",
    "folded": "a header goes on in the next line",
    "no_colon": "a header line has no colon",
    "space_before_colon": "a blank stands before a colon",
    "long_header": "one header is 100 000 bytes long",
    "many_headers": "there are 500 further headers",
    "cookies": "there are three Set-Cookie lines",
    "nul": "a header holds a NUL",
}

#: The ways in which the head is wrong about the body's length.
LENGTH_WAYS: Mapping[str, str] = {
    "short": "Content-Length is 5 less than the body; the rest is left on the connection",
    "long": "Content-Length is 5 more, and they never come; the connection stays open",
    "twice": "two Content-Length lines that differ",
    "twice_the_same": "two Content-Length lines that agree",
    "listed": "one Content-Length line with the value twice",
    "negative": "Content-Length is -1",
    "text": "Content-Length is a word",
    "huge": "Content-Length is 2^64",
    "missing": "neither a length nor chunks; the connection ends behind the body",
    "with_chunks": "a Content-Length beside Transfer-Encoding: chunked",
}

#: The ways in which chunks go wrong, or are merely rare.
CHUNK_WAYS: Mapping[str, str] = {
    "bad_size": "the first chunk's size is `ZZ`",
    "negative_size": "the first chunk's size is `-1`",
    "huge_size": "the first chunk says that it is 2^64-1 bytes long",
    "short_size": "the first chunk is longer than it says",
    "no_end": "the last, empty chunk is missing and the connection ends",
    "garbage": "bytes that are no chunk stand between two chunks",
    "many": "sound: a chunk for each byte",
    "extension": "sound: chunks with extensions",
    "trailers": "sound: trailers behind the last chunk",
    "leading_zeros": "sound: sizes with zeros in front",
}

#: The ways in which an answer is compressed.
GZIP_WAYS: Mapping[str, str] = {
    "sound": "the answer is compressed, whether the client asked for it or not",
    "mislabelled": "the head says that it is compressed, and it is not",
    "unlabelled": "it is compressed, and the head does not say so",
    "cut": "the compressed answer ends in the middle, and the frame says that this is all",
    "wrong_sum": "the checksum at its end is wrong",
    "twice": "compressed twice, and the head says once",
    "bomb": "a JSON object that unpacks to `size` bytes (64 MiB)",
}

#: What a front of the exchange puts in place of an answer.
PAGES: Mapping[str, str] = {
    "json": "a small JSON object",
    "html": "a plain page of HTML",
    "empty": "nothing",
    "cloudflare": "the page that Cloudflare shows for the status, with its headers",
    "challenge": "Cloudflare's challenge page: `Please complete the security check to proceed.`",
    "throttled": "Cloudflare's page about too many requests, error 1015",
    "maintenance": "a page with the title Maintenance Mode",
}


#: The ways of the kinds that have many, by kind and setting.
FAULT_WAYS: Mapping[tuple[FaultKind, str], Mapping[str, str]] = {
    (FaultKind.STATUS, "body"): PAGES,
    (FaultKind.JSON, "how"): JSON_WAYS,
    (FaultKind.HEAD, "how"): HEAD_WAYS,
    (FaultKind.CONTENT_LENGTH, "how"): LENGTH_WAYS,
    (FaultKind.CHUNKS, "how"): CHUNK_WAYS,
    (FaultKind.GZIP, "how"): GZIP_WAYS,
}


def _ms(note: str, usual: object = None) -> FaultSetting:
    return FaultSetting(name="ms", kind=SettingKind.NUMBER, least=0, most=_DAY_MS, usual=usual, note=note)


def _status(usual: int | None, note: str = "the status", least: int = 100, most: int = 999) -> FaultSetting:
    return FaultSetting(name="status", kind=SettingKind.INTEGER, least=least, most=most, usual=usual, note=note)


def _how(ways: Mapping[str, str], usual: str) -> FaultSetting:
    note = "one of the ways below"
    return FaultSetting(name="how", kind=SettingKind.CHOICE, choices=tuple(ways), usual=usual, note=note)


def _size(most: int) -> FaultSetting:
    return FaultSetting(name="size", kind=SettingKind.INTEGER, least=1, most=most, note="see the ways below")


def _text(name: str, note: str, usual: object = None) -> FaultSetting:
    return FaultSetting(name=name, kind=SettingKind.TEXT, usual=usual, note=note)


def _truth(name: str, note: str) -> FaultSetting:
    return FaultSetting(name=name, kind=SettingKind.TRUTH, usual=False, note=note)


_AFTER = FaultSetting(
    name="after",
    kind=SettingKind.INTEGER,
    least=-(2**31),
    most=2**31,
    note="how many bytes come first; counted from the end where negative",
)
_BODY = _text("body", "the bytes, a character each")
_TIME_MS = FaultSetting(
    name="ms",
    kind=SettingKind.INTEGER,
    least=-_CENTURIES_MS,
    most=_CENTURIES_MS,
    usual=0,
    note="how far; back where negative",
)
_WHOLE = _truth("whole", "whether the whole server is meant, and not the request's key alone")

FAULT_KINDS: Mapping[FaultKind, Described] = {
    FaultKind.DELAY: Described(
        does="The request waits for `ms`, then goes on its way.",
        client="its answer, late",
        settings=(_ms("how long", 0),),
        places=_ANYWHERE,
    ),
    FaultKind.HOLD: Described(
        does="Requests wait until `count` of them are there or `ms` have passed, then go on one by one in `order`.",
        client="answers to requests that were judged in the chosen order",
        settings=(
            FaultSetting(name="count", kind=SettingKind.INTEGER, least=1, most=10_000, usual=2, note="how many"),
            _ms("for how long", 150),
            FaultSetting(name="order", kind=SettingKind.INTEGERS, note="indexes of arrival, from 0; the others follow"),
        ),
    ),
    FaultKind.EARLY_HINTS: Described(
        does="A `103 Early Hints` goes out before the answer.", client="an interim answer, then its own"
    ),
    FaultKind.INTERIM: Described(
        does="`count` interim answers with `status` go out before the answer.",
        client="interim answers that nobody asked for, then its own",
        settings=(
            _status(100, "any interim one but 101", 100, 199),
            FaultSetting(name="count", kind=SettingKind.INTEGER, least=1, most=100, usual=1, note="how many"),
        ),
    ),
    FaultKind.DROP_ANSWER: Described(
        does="The connection is closed where the answer should have been.",
        client="the end of the connection, and no word of what became of the request",
    ),
    FaultKind.CLOSE: Described(
        does="The connection is closed in good order.",
        client="nothing, or a part of the answer, and the end",
        settings=(_AFTER,),
        places=_ANYWHERE,
    ),
    FaultKind.RESET: Described(
        does="The connection is reset (RST).",
        client="nothing, or a part of the answer, and ECONNRESET",
        settings=(_AFTER,),
        places=_ANYWHERE,
    ),
    FaultKind.SHUT: Described(
        does="Nobody is let in: connects are refused, or with `silent` not answered, for `ms` or until it is removed.",
        client="ECONNREFUSED, or a connect that never ends; connections that stand are served",
        settings=(_ms("for how long"), _truth("silent", "whether connects are left without an answer (on Linux)")),
        places=(Phase.AT_CONNECT,),
    ),
    FaultKind.STALL: Described(
        does="Silence: before the first byte or `after` so many; for ever or for `ms`. At connect nothing is read.",
        client="nothing until it gives up; under TLS a handshake that never ends, at connect",
        settings=(_ms("for how long"), _AFTER),
        places=_ANYWHERE,
    ),
    FaultKind.SLOW_DRIP: Described(
        does="The answer goes out in pieces of `piece` bytes, one every `ms`; with `chunked` in two chunks.",
        client="its answer, bit by bit",
        settings=(
            _ms("between two pieces", 5),
            FaultSetting(
                name="piece", kind=SettingKind.INTEGER, least=1, most=_MEBIBYTE, usual=1, note="bytes at once"
            ),
            _truth("chunked", "whether in chunks"),
        ),
    ),
    FaultKind.TRUNCATE: Described(
        does="The head promises the whole body and `after` bytes of it come; with `chunked` the last chunk is missing.",
        client="less than was promised, and the end of the connection",
        settings=(_AFTER, _truth("chunked", "whether in chunks")),
    ),
    FaultKind.GARBAGE: Described(
        does="Bytes that are no HTTP (or `body`), and the connection ends; with `answer` the answer follows them.",
        client="something that is not HTTP",
        settings=(_BODY, _truth("answer", "whether the answer follows")),
        places=_ANYWHERE,
    ),
    FaultKind.STATUS: Described(
        does="What stands in front of an exchange answers in its place.",
        client="`status` with a page that is not the exchange's",
        settings=(
            _status(503),
            FaultSetting(
                name="body", kind=SettingKind.CHOICE, choices=tuple(PAGES), usual="json", note="one of the pages below"
            ),
            FaultSetting(name="retry_after", kind=SettingKind.PLAIN, note="Retry-After, as it is given"),
            FaultSetting(
                name="retry_after_date_ms",
                kind=SettingKind.NUMBER,
                least=-(2**40),
                most=2**40,
                note="Retry-After as a date so many milliseconds from now",
            ),
            FaultSetting(
                name="date_form",
                kind=SettingKind.CHOICE,
                choices=("imf", "rfc850", "asctime"),
                usual="imf",
                note="which of HTTP's three forms of a date",
            ),
        ),
    ),
    FaultKind.REDIRECT: Described(
        does="A redirect with `status` to `location`.",
        client="a redirect",
        settings=(_status(302), _text("location", "where to", "/")),
    ),
    FaultKind.REFUSE: Described(
        does="The exchange refuses in its own words; any other setting is a fact that the text may quote.",
        client="the refusal that the dialect documents",
        settings=(
            FaultSetting(
                name="refusal",
                kind=SettingKind.CHOICE,
                choices=tuple(Refusal),
                usual="unavailable",
                note="a refusal of the dialect's table",
            ),
            _text("variant", "which of its texts", ""),
        ),
        open=True,
    ),
    FaultKind.BODY: Described(
        does="The answer keeps its frame and gets another `body`, `status` or `content_type`, each where it is given.",
        client="an answer that the exchange would never give",
        settings=(_BODY, _status(None), _text("content_type", "the Content-Type")),
    ),
    FaultKind.DUPLICATE_KEYS: Described(
        does="Every member of the answer's outermost object stands twice, first with a wrong value.",
        client="JSON whose readers disagree",
    ),
    FaultKind.JSON: Described(
        does="The answer's JSON is spoilt: `how`, at the member `field` (a path with dots; the first one without it).",
        client="a sound frame around JSON that is odd, wrong or none",
        settings=(
            _how(JSON_WAYS, "nan"),
            _text("field", "the member, a path with dots and indexes: `BTC.available`, `0.price`"),
            _size(64 * _MEBIBYTE),
        ),
    ),
    FaultKind.HEAD: Described(
        does="The head is odd: `how`.", client="its answer, behind an odd head", settings=(_how(HEAD_WAYS, "lf_only"),)
    ),
    FaultKind.CONTENT_LENGTH: Described(
        does="The head is wrong about the body's length: `how`.",
        client="a frame that does not fit",
        settings=(_how(LENGTH_WAYS, "short"),),
    ),
    FaultKind.CHUNKS: Described(
        does="The answer comes in chunks: `how`.",
        client="chunks that are wrong, or merely rare",
        settings=(_how(CHUNK_WAYS, "bad_size"),),
    ),
    FaultKind.GZIP: Described(
        does="The answer is compressed: `how`, by `encoding`.",
        client="a Content-Encoding that it did not ask for, or that is wrong",
        settings=(
            _how(GZIP_WAYS, "sound"),
            FaultSetting(
                name="encoding",
                kind=SettingKind.CHOICE,
                choices=("gzip", "deflate", "br", "zstd"),
                usual="gzip",
                note="the Content-Encoding",
            ),
            _size(256 * _MEBIBYTE),
        ),
    ),
    FaultKind.EXTRA_ANSWER: Described(
        does="Behind the answer comes a second one that nobody asked for, with `status` and `body`.",
        client="its answer; a foreign one lies ready for its next request",
        settings=(_status(200), _BODY),
    ),
    FaultKind.SKEW: Described(
        does="This one request is judged by a clock that is `ms` off.",
        client="refusals for a clock that seems wrong, and a Date that is",
        settings=(_TIME_MS,),
        places=(Phase.BEFORE_GATE,),
    ),
    FaultKind.STEP: Described(
        does="From here on the server's clock has jumped by `ms`, for the request's key or as a `whole`.",
        client="a clock that jumps between two answers",
        settings=(_TIME_MS, _WHOLE),
        places=_FIRST_OF_ALL,
    ),
    FaultKind.DRIFT: Described(
        does="From here on the server's clock gains `ppm` millionths, for the request's key or as a `whole`.",
        client="a clock that runs fast or slow",
        settings=(
            FaultSetting(
                name="ppm",
                kind=SettingKind.INTEGER,
                least=-1_000_000,
                most=999_000_000,
                usual=20_000,
                note="20 000 is two per cent; slower where negative",
            ),
            _WHOLE,
        ),
        places=_FIRST_OF_ALL,
    ),
}
