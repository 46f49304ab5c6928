"""Every mistake that the doctor knows by name. A code that was once released is never renamed and never reused."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A mistake in words: what the client did, and what to do instead; one sentence each."""

    summary: str
    fix: str


_AS_SENT = "Sign the very bytes that are sent, and do not build them twice."
_AS_PRINTED = "Use the secret's characters exactly as the exchange prints them."
_DOCUMENTED = "Sign the documented text and nothing else."
_NONCE = "Draw one nonce per request, put it in place, then sign."

_TABLE: dict[str, tuple[str, str]] = {
    # The secret.
    "SECRET-BASE64-DECODED": ("The secret was base64-decoded before use.", _AS_PRINTED),
    "SECRET-HEX-DECODED": ("The secret was hex-decoded before use.", _AS_PRINTED),
    "SECRET-NOT-DECODED": (
        "The secret's characters were used although it is base64.",
        "Decode the secret from base64 first.",
    ),
    "SECRET-BASE64-ENCODED": ("The secret was base64-encoded before use.", _AS_PRINTED),
    "SECRET-TRIMMED": ("Blanks around the secret were removed.", _AS_PRINTED),
    "SECRET-WITH-NEWLINE": ("A line break stood behind the secret.", "Strip the line end when reading the secret."),
    "SECRET-WITH-BLANK": ("A blank stood beside the secret.", "Strip blanks when reading the secret."),
    "SECRET-IN-QUOTES": ("The secret was used with its quotation marks.", "Take the quotes of the settings file off."),
    "SECRET-PREFIX-STRIPPED": ("The prefix of the secret was cut off.", _AS_PRINTED),
    "SECRET-ZEROS-LOST": ("Zeros at the beginning of the secret were lost.", "Keep the secret as text, not a number."),
    "SECRET-UPPER-CASED": ("The secret was turned to upper case.", _AS_PRINTED),
    "SECRET-LOWER-CASED": ("The secret was turned to lower case.", _AS_PRINTED),
    "SECRET-HASHED": ("A hash of the secret was used for the secret.", _AS_PRINTED),
    "SECRET-AS-BYTES-REPR": ("The text b'…' of a bytes object was used as the secret.", "Encode; do not print bytes."),
    "SECRET-IN-UTF-16": ("The secret was spelled in UTF-16.", "Spell the secret in UTF-8."),
    "SECRET-EMPTY": ("The secret was empty.", "Check where the secret is read from, and refuse an empty one."),
    "SECRET-PLACEHOLDER": ("A placeholder was used for the secret.", "Check where the secret is read from."),
    "KEY-AS-SECRET": ("The API key was used as the secret.", "Use the secret; the key only names the account."),
    "KEY-AND-SECRET-SWAPPED": ("Key and secret changed places.", "Revoke the pair: its secret has travelled."),
    "OTHER-SECRET": ("The signature is that of another session's secret.", "Keep credentials with their session."),
    # The digest and its spelling.
    "OTHER-HASH": ("The hash has another size or family than documented.", "Use the documented hash function."),
    "PLAIN-HASH": ("A plain hash over secret and text was used, no HMAC.", "Use HMAC with the secret as its key."),
    "HASH-WITHOUT-SECRET": ("A plain hash without the secret was sent.", "Use HMAC with the secret as its key."),
    "HMAC-ARGUMENTS-SWAPPED": ("Secret and text changed places in the HMAC.", "Give the secret as the HMAC's key."),
    "HASHED-AGAIN": ("The finished digest was hashed once more.", "Send the HMAC itself."),
    "HMAC-INSTEAD-OF-HASH": ("HMAC was used; this exchange hashes.", "Append the secret to the first hash and hash."),
    "HASHED-ONCE": ("Text and secret were hashed together once.", "Hash the text, append the secret, hash again."),
    "SECOND-HASH-OVER-RAW-DIGEST": (
        "The second hash took the first one's raw bytes.",
        "Give the second hash the 64 hex characters of the first.",
    ),
    "SIGNATURE-UPPER-CASE": ("The signature is in upper case.", "Write the digest in lowercase hex."),
    "SIGNATURE-BASE64": ("The signature is written in base64.", "Write the digest as documented."),
    "SIGNATURE-BASE64URL": ("The signature is written in URL-safe base64.", "Write the digest as documented."),
    "SIGNATURE-HEX": ("The signature is written in hex.", "Write the digest as documented."),
    "SIGNATURE-BASE64-OF-HEX": ("The signature is base64 of the hex text.", "Encode the digest's bytes, once."),
    "SIGNATURE-HEX-OF-BASE64": ("The signature is hex of the base64 text.", "Encode the digest's bytes, once."),
    "SIGNATURE-ZEROS-LOST": ("Leading zeros of the signature are missing.", "Pad the hex text to its full length."),
    "SIGNATURE-BYTES-UNPADDED": ("Bytes below 16 lost their zero.", "Write two hex digits for every byte."),
    "SIGNATURE-PADDING-LOST": ("The base64 padding is missing.", "Send the base64 text with its padding."),
    "SIGNATURE-TRUNCATED": ("The signature is cut short.", "Send the whole digest."),
    "SIGNATURE-WITH-PREFIX": ("Something stands before the signature.", "Send the digest's text alone."),
    "SIGNATURE-WITH-BLANKS": ("Blanks or quotes stand around the signature.", "Send the digest's text alone."),
    "SIGNATURE-PERCENT-ENCODED": ("The signature is percent-encoded.", "Send the digest's text unencoded."),
    "SIGNATURE-OF-PREVIOUS-REQUEST": ("The previous request's signature was sent.", "Sign every request anew."),
    "SECRET-SENT-AS-SIGNATURE": (
        "The secret itself was sent as the signature.",
        "Revoke the pair, then send a digest.",
    ),
    # The nonce and the timestamp in the signed text.
    "SIGNED-BEFORE-NONCE": ("The request was signed before the nonce was added.", _NONCE),
    "PREVIOUS-NONCE-SIGNED": ("The previous request's nonce was signed.", _NONCE),
    "NONCE-DRAWN-TWICE": ("One nonce was signed and the next one sent.", _NONCE),
    "NONCE-LEFT-OUT": ("The nonce is missing from the signed text.", _NONCE),
    "TIMESTAMP-DRAWN-TWICE": (
        "The clock was read once for the request and once more for the signature.",
        "Read the clock once, and sign the timestamp that is sent.",
    ),
    "TIMESTAMP-LEFT-OUT": ("The timestamp is missing from the signed text.", "Sign the timestamp that is sent."),
    "PREVIOUS-TIMESTAMP-SIGNED": ("The previous request's timestamp was signed.", "Sign the timestamp that is sent."),
    "TIMESTAMP-SIGNED-IN-SECONDS": ("Seconds were signed and milliseconds sent.", "Sign the timestamp that is sent."),
    "NONCE-AND-TIMESTAMP-SWAPPED": ("Nonce and timestamp changed places.", _DOCUMENTED),
    "KEY-LEFT-OUT": ("The API key is missing from the signed text.", _DOCUMENTED),
    "KEY-FIRST": ("The API key was put first in the signed text.", _DOCUMENTED),
    # Which parameters, and in which order.
    "PARAMETERS-SORTED": ("The parameters were sorted for signing but sent unsorted.", _AS_SENT),
    "PARAMETERS-SORTED-BACKWARDS": ("The parameters were signed in falling order.", _AS_SENT),
    "PARAMETERS-REVERSED": ("The parameters were signed in reverse order.", _AS_SENT),
    "NONCE-SIGNED-FIRST": ("The nonce was signed first and sent elsewhere.", _AS_SENT),
    "NONCE-SIGNED-LAST": ("The nonce was signed last and sent elsewhere.", _AS_SENT),
    "PARAMETER-LEFT-OUT": ("A parameter that was sent was not signed.", _AS_SENT),
    "EMPTY-VALUES-LEFT-OUT": ("Empty values were sent but not signed.", _AS_SENT),
    "EMPTY-PAIR-ADDED": ("An & without a pair was signed and not sent.", _AS_SENT),
    "EMPTY-PAIRS-LEFT-OUT": ("A doubled & was sent and a single one signed.", _AS_SENT),
    "DUPLICATES-COLLAPSED": ("Of a repeated name only one value was signed.", _AS_SENT),
    "NULL-SIGNED": ("A value was signed as null and sent empty.", "Drop unset parameters before signing."),
    # How parameters are spelled.
    "SPACE-SIGNED-AS-PERCENT-20": ("A space was signed as %20 and sent as +.", _AS_SENT),
    "SPACE-SIGNED-AS-PLUS": ("A space was signed as + and sent as %20.", _AS_SENT),
    "SIGNED-UNENCODED": ("Decoded parameters were signed and encoded ones sent.", _AS_SENT),
    "SIGNED-ENCODED": ("Encoded parameters were signed and unencoded ones sent.", _AS_SENT),
    "ENCODED-TWICE": ("Parameters were encoded twice for signing.", _AS_SENT),
    "LOWERCASE-ESCAPES": ("Escapes were signed in another letter case than sent.", _AS_SENT),
    "OTHER-SAFE-CHARACTERS": ("Two encoders that differ in what they leave alone were used.", _AS_SENT),
    "SIGNED-AS-LATIN-1": ("Letters beyond ASCII were signed in Latin-1.", "Spell text in UTF-8, once."),
    "VALUES-ONLY": ("Values were signed without their names.", _DOCUMENTED),
    "NAMES-AND-VALUES-RUN-TOGETHER": ("Names and values were signed without = and &.", _DOCUMENTED),
    "JSON-SIGNED-INSTEAD-OF-FORM": ("Parameters were signed as JSON and sent as a form.", _AS_SENT),
    "FORM-SIGNED-INSTEAD-OF-JSON": ("Parameters were signed as a form and sent as JSON.", _AS_SENT),
    "JSON-SPACES-DIFFER": ("The JSON was signed with other white space than sent.", _AS_SENT),
    "JSON-SORTED": ("The JSON was signed with sorted names and sent unsorted.", _AS_SENT),
    "JSON-ESCAPES-DIFFER": ("Characters were escaped in one of the two JSON texts alone.", _AS_SENT),
    "JSON-BLANKS-REMOVED": ("Blanks were deleted, those inside values too.", "Serialise compactly; delete nothing."),
    "PYTHON-DICT-SIGNED": ("Python's text of a dict was signed instead of JSON.", _AS_SENT),
    # Query sign-texts without = and &.
    "QUERY-WITH-EQUALS": ("Names and values were joined by =.", "Join names and values by nothing at all."),
    "QUERY-WITH-AMPERSANDS": ("Parameters were joined by &.", "Join names and values by nothing at all."),
    "QUERY-WITH-EQUALS-AND-AMPERSANDS": ("The query kept its = and &.", "Join names and values by nothing at all."),
    "QUERY-AS-SENT": ("The query was signed as it stands in the URL.", "Sort by name and join by nothing at all."),
    "QUERY-NOT-SORTED": ("The query parameters were not sorted.", "Sort the parameters by name in ASCII order."),
    "QUERY-SIGNED-ENCODED": ("Percent-encoded query values were signed.", "Sign decoded names and values."),
    # Method, target, body.
    "METHOD-LOWER-CASE": ("The method was signed in lower case.", "Sign the method in upper case."),
    "METHOD-LEFT-OUT": ("The method is missing from the signed text.", _DOCUMENTED),
    "OTHER-METHOD-SIGNED": ("Another method was signed than the request has.", "Sign the method that is sent."),
    "QUERY-NOT-SIGNED": ("The query is missing from the signed text.", "Sign path and query as they are sent."),
    "TARGET-DECODED": ("The target was decoded before it was signed.", "Sign path and query as they are sent."),
    "TARGET-ENCODED-AGAIN": ("The target was encoded once more for signing.", "Sign path and query as they are sent."),
    "HOST-SIGNED": ("The host was signed along with the path.", _DOCUMENTED),
    "FULL-URL-SIGNED": ("The full URL was signed where the path belongs.", _DOCUMENTED),
    "PATH-SHORTENED": ("The first part of the path is missing from the signed text.", "Sign the whole path."),
    "SLASH-DIFFERS": ("A slash at the end of the path differs.", "Sign path and query as they are sent."),
    "QUESTION-MARK-DIFFERS": ("A question mark stands in one of the two texts alone.", _DOCUMENTED),
    "BODY-NOT-SIGNED": ("The body is missing from the signed text.", "Sign the body that is sent."),
    "BODY-OF-GET-SIGNED": ("A GET's parameters were signed as a body.", "Sign no body where none is sent."),
    "EMPTY-BODY-SIGNED-AS-OBJECT": ("{} or null was signed and nothing sent.", "Sign no body where none is sent."),
    "BODY-NOT-HASHED": ("The body stands in the signed text instead of its hash.", "Sign the hash of the body."),
    "BODY-HASHED-OTHERWISE": ("The body's hash has another size or spelling.", "Hash the body as documented."),
    "URL-SIGNED-INSTEAD-OF-BODY": ("The URL was signed instead of the body.", "Sign the body that is sent."),
    # The layout of the signed text.
    "NEWLINE-ADDED": ("A newline stands behind the signed text.", "Sign the text without a final newline."),
    "NEWLINES-LEFT-OUT": ("The lines were joined without newlines.", "Join the lines by newlines."),
    "NEWLINES-AS-TEXT": ("A backslash and an n stand where a newline belongs.", "Join the lines by real newlines."),
    "NEWLINES-WITH-CARRIAGE-RETURN": ("The lines end in CR LF.", "Join the lines by LF alone."),
    "LINE-LEFT-OUT": ("One line is missing from the signed text.", _DOCUMENTED),
    "PATH-IN-FRONT": ("The path stands before the documented text.", _DOCUMENTED),
    "METHOD-AND-PATH-IN-FRONT": ("Method and path stand before the documented text.", _DOCUMENTED),
    "NONCE-IN-FRONT": ("The nonce stands before the documented text once more.", _DOCUMENTED),
    "KEY-IN-FRONT": ("The API key stands before the documented text.", _DOCUMENTED),
    "KEY-BEHIND": ("The API key stands behind the documented text.", _DOCUMENTED),
    "TEXT-UPPER-CASED": ("The signed text was turned to upper case.", _AS_SENT),
    "TEXT-LOWER-CASED": ("The signed text was turned to lower case.", _AS_SENT),
    "TEXT-HASHED-FIRST": ("A hash of the text was signed instead of the text.", _DOCUMENTED),
    "TEXT-HEX-ENCODED": ("Hex of the text was signed instead of the text.", _DOCUMENTED),
    "TEXT-BASE64-ENCODED": ("Base64 of the text was signed instead of the text.", _DOCUMENTED),
    "TEXT-IN-UTF-16": ("The signed text was spelled in UTF-16.", "Spell the text in UTF-8."),
    "NOTHING-SIGNED": ("An empty text was signed.", _AS_SENT),
    # Freshness: the signature is right.
    "NONCE-IN-SECONDS": ("The nonce counts a coarser unit than before.", "Keep to one unit, milliseconds or finer."),
    "NONCE-REPEATED": ("The nonce is that of an earlier request.", "Give every request a nonce of its own."),
    "NONCE-WENT-BACK": (
        "The nonce is below an earlier one.",
        "Draw and send nonces under one lock; keep the last one.",
    ),
    "NONCE-NOT-AN-INTEGER": ("The nonce has a fraction or an exponent.", "Write the nonce as a plain integer."),
    "NONCE-ILL-FORMED": ("The nonce is not of the documented form.", "Write the nonce as documented."),
    "NONCE-COUNTED-FROM-ONE": (
        "The nonce counts up from a small number.",
        "Begin above the clock in milliseconds, so that a restart never goes back.",
    ),
    "NONCE-UNIT-CHANGES": (
        "The nonces of one key count in different units.",
        "Keep to one unit, milliseconds or finer.",
    ),
    "NONCE-IN-LOCAL-TIME": ("The nonce follows the local clock, not UTC.", "Derive the nonce from UTC."),
    "NONCE-ROUNDED-BY-FLOAT": ("The nonce went through a float and lost digits.", "Compute the nonce in integers."),
    "NONCE-TOO-COARSE": (
        "The nonce is a clock that stands still between calls.",
        "Take max(last + 1, clock) under a lock.",
    ),
    "NONCE-COUNTED-TWICE-OVER": (
        "Two counters hand out the nonces of one key.",
        "Let one counter serve all threads and processes of a key.",
    ),
    "TIMESTAMP-NOT-RENEWED": ("One timestamp was sent with several requests.", "Take the clock anew for each request."),
    "TIMESTAMP-IN-SECONDS": ("The timestamp is in seconds.", "Send the documented unit."),
    "TIMESTAMP-IN-MICROSECONDS": ("The timestamp is in microseconds or nanoseconds.", "Send the documented unit."),
    "TIMESTAMP-IN-LOCAL-TIME": ("The timestamp is whole quarters of an hour off.", "Use UTC."),
    "CLOCK-BEHIND": ("The client's clock is behind the exchange's.", "Measure the offset against the exchange."),
    "CLOCK-AHEAD": ("The client's clock is ahead of the exchange's.", "Measure the offset against the exchange."),
}

#: Code to explanation.
CODES: Mapping[str, Explanation] = MappingProxyType(
    {code: Explanation(summary=summary, fix=fix) for code, (summary, fix) in _TABLE.items()}
)

#: The mistakes that threads and code of real clients show again and again: where there are three, the doctor looks for
#: these.
COMMON: frozenset[str] = frozenset(
    {
        "SECRET-BASE64-DECODED",
        "SECRET-HEX-DECODED",
        "SECRET-NOT-DECODED",
        "SECRET-PREFIX-STRIPPED",
        "SECRET-TRIMMED",
        "SECRET-WITH-NEWLINE",
        "KEY-AS-SECRET",
        "OTHER-SECRET",
        "OTHER-HASH",
        "PLAIN-HASH",
        "HASH-WITHOUT-SECRET",
        "HMAC-ARGUMENTS-SWAPPED",
        "HMAC-INSTEAD-OF-HASH",
        "HASHED-ONCE",
        "SIGNED-BEFORE-NONCE",
        "NONCE-DRAWN-TWICE",
        "NONCE-LEFT-OUT",
        "PREVIOUS-NONCE-SIGNED",
        "TIMESTAMP-LEFT-OUT",
        "TIMESTAMP-SIGNED-IN-SECONDS",
        "PARAMETERS-SORTED",
        "NONCE-SIGNED-FIRST",
        "EMPTY-VALUES-LEFT-OUT",
        "SPACE-SIGNED-AS-PERCENT-20",
        "SIGNED-UNENCODED",
        "LOWERCASE-ESCAPES",
        "ENCODED-TWICE",
        "JSON-SIGNED-INSTEAD-OF-FORM",
        "JSON-SPACES-DIFFER",
        "JSON-SORTED",
        "PYTHON-DICT-SIGNED",
        "QUERY-WITH-EQUALS-AND-AMPERSANDS",
        "QUERY-NOT-SORTED",
        "QUERY-SIGNED-ENCODED",
        "METHOD-LOWER-CASE",
        "QUERY-NOT-SIGNED",
        "FULL-URL-SIGNED",
        "PATH-SHORTENED",
        "BODY-NOT-SIGNED",
        "BODY-OF-GET-SIGNED",
        "EMPTY-BODY-SIGNED-AS-OBJECT",
        "NEWLINE-ADDED",
        "NEWLINES-LEFT-OUT",
        "NEWLINES-AS-TEXT",
        "BODY-NOT-HASHED",
        "PATH-IN-FRONT",
    }
)
