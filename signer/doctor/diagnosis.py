"""What the doctor says."""

from collections.abc import Sequence
from dataclasses import dataclass

from signer.doctor.codes import CODES
from signer.verdict import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One explanation of a refused request. It never holds a secret, nor an expected signature.

    Attributes:
        code: The mistake's name; several names joined by a plus where several mistakes came together.
        summary: What the client did, one sentence a mistake.
        fix: What to do instead, likewise.
        mistakes: How many mistakes it takes.
    """

    code: str
    summary: str
    fix: str
    mistakes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All that came out of looking at one request.

    Attributes:
        accepted: Whether nothing is wrong with the request, as far as could be judged.
        reason: Why it is refused; None when accepted.
        diagnoses: The explanations, best first; none does not mean that nothing is wrong.
        searched: How many candidate signatures were computed.
    """

    accepted: bool
    reason: Reason | None
    diagnoses: tuple[Diagnosis, ...]
    searched: int


def diagnosis_of(codes: Sequence[str]) -> Diagnosis:
    """Return the diagnosis that these codes make together."""
    return Diagnosis(
        code="+".join(codes),
        summary=" ".join(CODES[code].summary for code in codes),
        fix=" ".join(CODES[code].fix for code in codes),
        mistakes=len(codes),
    )
