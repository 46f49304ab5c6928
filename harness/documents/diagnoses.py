"""Every diagnosis on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.diagnoses import CONDUCT
from harness.documents.tables import code, page, prose, table
from signer.doctor import CODES, Explanation


def diagnoses_page() -> str:
    """Return docs/diagnoses.md."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield "# What a diagnosis means"
    yield ""
    yield (
        "A finding names the mistake where one is known. A code that was once released keeps its meaning for ever, so a"
        " list of known failures may be bound to it (`NONCE-003 = NONCE-REPEATED`). Written by `scripts/document`."
    )
    yield ""
    yield "## Mistakes of conduct"
    yield ""
    yield "Seen in what a client sends, repeats, reports or prints."
    yield ""
    yield from _table(CONDUCT)
    yield ""
    yield "## Mistakes of signing"
    yield ""
    yield (
        "Named by the signature doctor, who looks for the mistake that turns the request and the secret into the"
        " signature that arrived. A hit is proof: no other text and key give that digest."
    )
    yield ""
    yield from _table(CODES)


def _table(known: Mapping[str, Explanation]) -> Iterator[str]:
    rows = [(code(name), prose(said.summary), prose(said.fix)) for name, said in sorted(known.items())]
    yield from table(("code", "what the client did", "what to do instead"), rows)
