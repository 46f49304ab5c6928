"""An exchange of our invention: what none of the four dialects does, and other exchanges do.

Its secrets are base64, to be decoded before use, and its signatures are base64 as well. Two mistakes can be made at
such an exchange alone, so the doctor shows them here.
"""

from dataclasses import replace

from signer.dialects.poloniex import SCHEME
from signer.digest import BASE64
from signer.encoding import base64_secret

#: As the exchange that it was made from, in base64.
IN_BASE64 = replace(
    SCHEME,
    name="an exchange that writes base64",
    source="invented, to show mistakes that none of the documented dialects can",
    secret_bytes=base64_secret,
    spelling=BASE64,
    misreadings=(),
    hosts=(),
)
