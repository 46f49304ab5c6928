"""Every diagnosis has one remedy in every language, a page, and a wrong client or a reason why no client shows it."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from harness.diagnoses import CONDUCT, DIAGNOSES
from harness.proving import WRONG_CLIENTS
from harness.remedies import LANGUAGES, REMEDIES, remedy_of
from signer.doctor import CODES, demonstrations

PAGES = Path(__file__).parents[2] / "docs" / "diagnoses"

#: Diagnoses that the doctor demonstrates and no wrong client makes, and why.
_WHERE_IT_IS_BASE64 = "none of our exchanges writes secrets or signatures in base64"
_SAID_MORE_EXACTLY = "NONCE-004 and NONCE-008 say how a nonce is written, in names of their own"
SHOWN_ALONE = {
    "SECRET-NOT-DECODED": _WHERE_IT_IS_BASE64,
    "SIGNATURE-HEX": _WHERE_IT_IS_BASE64,
    "SECRET-TRIMMED": "no exchange of ours issues a secret with blanks around it",
    "NONCE-NOT-AN-INTEGER": _SAID_MORE_EXACTLY,
    "NONCE-ILL-FORMED": _SAID_MORE_EXACTLY,
}


def test_every_diagnosis_has_exactly_one_remedy() -> None:
    mended = Counter(code for remedy in REMEDIES for code in remedy.codes)
    assert set(mended) == set(DIAGNOSES)
    assert set(mended.values()) == {1}


def test_every_remedy_speaks_every_language_on_lines_that_a_page_can_show() -> None:
    for remedy in REMEDIES:
        assert remedy.title[0].isupper()
        assert remedy.costs.endswith(".")
        for language in LANGUAGES:
            lines = remedy.in_language(language).splitlines()
            assert lines
            assert max(map(len, lines)) <= 120, (remedy.title, language)


def test_every_diagnosis_has_its_page_with_all_that_is_asked_of_one() -> None:
    for code in DIAGNOSES:
        text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
        for heading in ("## How it looks", "## What it costs", "## How to mend it"):
            assert f"\n{heading}\n\n" in text
        assert text.count("\n```") >= 2 * len(LANGUAGES)
        looks = text.partition("## How it looks\n")[2].partition("\n## ")[0].strip()
        assert looks, f"{code} has nothing to show"
        assert remedy_of(code).costs[:20].replace("`", "") in text.replace("`", "").replace("\\", "")


def test_every_diagnosis_of_conduct_is_made_by_a_wrong_client() -> None:
    made = {code for wrong in WRONG_CLIENTS for code in wrong.diagnoses}
    assert sorted(set(CONDUCT) - made) == []


def test_every_diagnosis_of_signing_is_made_by_a_wrong_client_or_shown_where_no_client_can_make_it() -> None:
    made = {code for wrong in WRONG_CLIENTS for code in wrong.diagnoses}
    assert set(CODES) - made == set(SHOWN_ALONE)
    assert set(demonstrations()).issuperset(SHOWN_ALONE)


def test_no_wrong_client_means_a_diagnosis_that_does_not_exist() -> None:
    assert sorted({code for wrong in WRONG_CLIENTS for code in wrong.diagnoses} - set(DIAGNOSES)) == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_the_mends_in_bash_can_be_parsed() -> None:
    for remedy in REMEDIES:
        text = remedy.in_language("Bash").replace("...;", ":;").replace("...", "")
        parsed = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)
        assert parsed.returncode == 0, (remedy.title, parsed.stderr)
