"""The doctor's word beside a refusal: exact on the wire, helpful on the side.

The exchange's own answer stays what it is, to the byte of its body; two headers are added that no exchange has. Who
asks for them may hear which mistake was made with his secret, never the secret.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mockserver.core.answers import Answer
from mockserver.core.journal import Journal
from mockserver.core.visit import Visit
from signer import Refused as NotBelieved
from signer import Scheme
from signer.doctor import examine

DIAGNOSIS_HEADER: Final = "X-Noncense-Diagnosis"
EXPLANATION_HEADER: Final = "X-Noncense-Explanation"

#: Candidate signatures for one refusal: some milliseconds of the loop that serves everybody.
_BUDGET: Final = 4_000
_LONGEST: Final = 700


class Explainer:
    """Adds to refusals of a signature, a nonce or a timestamp what was done wrong.

    Args:
        scheme: How the exchange signs.
        journal: Where the request before is found.
    """

    def __init__(self, scheme: Scheme, journal: Journal) -> None:
        self._scheme = scheme
        self._journal = journal

    def explain(self, visit: Visit, answer: Answer, last_nonce: int) -> Answer:
        """Return the answer with the doctor's word, where the request is one that he knows about.

        Args:
            visit: The request, judged and refused.
            answer: What the exchange says to it.
            last_nonce: The key's last accepted rising nonce.
        """
        verdict, key = visit.entry.verdict, visit.key
        if key is None or not isinstance(verdict, NotBelieved):
            return answer
        before = [entry for entry in self._journal.of(key.credentials.key) if entry.number < visit.entry.number]
        rule = self._scheme.nonce_rule
        found = examine(
            self._scheme,
            visit.request,
            key.credentials,
            previous=before[-1].request if before else None,
            budget=_BUDGET,
            now_ms=visit.now_ms,
            last_nonce=last_nonce if rule is not None and rule.rising else None,
        )
        words = [f"{found.rule}." if found.rule else ""]
        words += [f"Accepted would have been {found.acceptable}." if found.acceptable else ""]
        words += [f"{found.diagnoses[0].summary} {found.diagnoses[0].fix}" if found.diagnoses else ""]
        said = " ".join(word for word in words if word)
        headers = [(EXPLANATION_HEADER, _as_header(said.replace(key.credentials.secret, "(the secret)")))]
        if found.diagnoses:
            headers.insert(0, (DIAGNOSIS_HEADER, found.diagnoses[0].code))
        return replace(answer, headers=(*answer.headers, *headers))


def _as_header(text: str) -> str:
    """Return a text that any header can carry: printable ASCII on one line."""
    plain = text.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(letter if " " <= letter <= "~" else " " for letter in plain)[:_LONGEST]
