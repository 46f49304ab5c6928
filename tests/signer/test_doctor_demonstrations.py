"""Every mistake of signing that one request can show is shown, and the doctor calls it by its name."""

from __future__ import annotations

import pytest

from signer import scheme_named
from signer.doctor import CODES, demonstrations, examine

#: Shown by no request alone, or only in some signatures, or at exchanges whose secrets or signatures are base64.
ELSEWHERE = {
    "SECRET-NOT-DECODED",
    "KEY-AND-SECRET-SWAPPED",
    "SIGNATURE-HEX",
    "SIGNATURE-ZEROS-LOST",
    "SIGNATURE-BYTES-UNPADDED",
    *(code for code in CODES if code.startswith(("NONCE-", "TIMESTAMP-", "CLOCK-"))),
}
#: Mistakes whose text is always that of another one as well, which has the better name.
IN_OTHER_WORDS = {"NONCE-SIGNED-LAST": "EMPTY-PAIRS-LEFT-OUT", "TARGET-DECODED": "SIGNED-UNENCODED"}


def test_every_mistake_is_shown_or_known_to_show_elsewhere() -> None:
    assert set(CODES) - set(demonstrations()) <= ELSEWHERE


@pytest.mark.parametrize("code", sorted(demonstrations()))
def test_what_is_shown_is_named(code: str) -> None:
    shown = demonstrations()[code]
    examination = examine(
        scheme_named(shown.dialect),
        shown.request,
        shown.credentials,
        other_secrets=shown.other_secrets,
        previous=shown.previous,
    )
    first = examination.diagnoses[0]
    assert IN_OTHER_WORDS.get(code, code) in first.code.split("+")
    assert first.signed == shown.signed or shown.signed is None
    assert shown.arrived != shown.right
