"""How the legacy Poloniex trading API signs: the raw form body, HMAC-SHA512, a rising nonce in the body.

Sources: the legacy documentation's section on private methods, and recorded traffic of working clients, as gathered
on our page of Poloniex facts, sections 1.1 to 1.4.
"""

from signer.canonical import body, unchanged
from signer.digest import HEX_IN_ANY_CASE, hmac_with
from signer.encoding import utf8_secret
from signer.fields import fields_as_headers, headers_as_fields, nonce_into_form_body
from signer.freshness import LARGEST_SIGNED_64, NonceRule, digits
from signer.scheme import Kind, Scheme

_HEADERS = {"key": "Key", "signature": "Sign"}

SCHEME = Scheme(
    name="poloniex",
    source="Poloniex legacy API documentation, Private HTTP API Methods; facts 1.1-1.4",
    kinds=frozenset({Kind.RISING_NONCE}),
    # 1.1: headers by name in any letter case; the nonce in the body, and in a header it does not count. Empty pairs
    # (`&&nonce=`) are tolerated, and of a repeated name the last counts, as PHP reads forms (inferred).
    read=headers_as_fields(_HEADERS, form_nonce="nonce"),
    place=nonce_into_form_body(fields_as_headers(_HEADERS)),
    # 1.2: the exact bytes of the body as sent; never parsed and written again before they are verified.
    canonical_request=body,
    string_to_sign=unchanged,
    # 1.2: the secret looks like hex and is not decoded; its characters are the key.
    secret_bytes=utf8_secret,
    digest=hmac_with("sha512"),
    digest_name="HMAC-SHA512",
    # 1.2: uppercase was recorded as accepted.
    spelling=HEX_IN_ANY_CASE,
    # 1.4: an integer in decimal digits, strictly greater than the last; 10 to 19 digits were seen. The upper bound is
    # inferred, and leading zeros are a silence of the page: they are read as PHP reads them.
    nonce_rule=NonceRule(
        parse=digits,
        rising=True,
        maximum=LARGEST_SIGNED_64,
        describe="a decimal integer of at most 2^63-1 in plain digits",
    ),
    places={"key": "header Key", "signature": "header Sign", "nonce": "body parameter nonce"},
    hosts=("poloniex.com", "www.poloniex.com"),
)
