"""How EXMO signs: the raw form body, HMAC-SHA512, a rising nonce in the body.

Sources: EXMO's API documentation and official sample clients, as gathered on our page of EXMO facts, sections 1.2
and 1.3.
"""

from signer.canonical import body, unchanged
from signer.digest import LOWERCASE_HEX, hmac_with
from signer.encoding import utf8_secret
from signer.fields import fields_as_headers, headers_as_fields, nonce_into_form_body
from signer.freshness import LARGEST_SIGNED_64, NonceRule, digits
from signer.scheme import Kind, Scheme

_HEADERS = {"key": "Key", "signature": "Sign"}

SCHEME = Scheme(
    name="exmo",
    source="EXMO API documentation, Authentication; facts 1.2-1.3",
    kinds=frozenset({Kind.RISING_NONCE}),
    # 1.2: the parameters' order is free, and junk such as `(null)&nonce=1` or `nonce=1&&limit=9` is in the samples.
    read=headers_as_fields(_HEADERS, form_nonce="nonce"),
    place=nonce_into_form_body(fields_as_headers(_HEADERS)),
    # 1.2: the exact bytes of the body; not the path, not the version, not the headers.
    canonical_request=body,
    string_to_sign=unchanged,
    # 1.2: the complete text of the secret, `S-` included.
    secret_bytes=utf8_secret,
    digest=hmac_with("sha512"),
    digest_name="HMAC-SHA512",
    # 1.2: lowercase, padded with zeros to 128 characters. Uppercase is unknown; we refuse it.
    spelling=LOWERCASE_HEX,
    # 1.3: an integer above 0, strictly greater than the last of the key. The upper limit is our choice.
    nonce_rule=NonceRule(
        parse=lambda text: digits(text) or None,
        rising=True,
        maximum=LARGEST_SIGNED_64,
        describe="a decimal integer from 1 to 2^63-1 in plain digits",
    ),
    places={"key": "header Key", "signature": "header Sign", "nonce": "body parameter nonce"},
    hosts=("api.exmo.com", "api.exmo.me"),
)
