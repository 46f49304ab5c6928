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
        signed: The text that the client gave to its digest; None where that is not known, or is the documented one.
        canonical: The canonical request that this text was made of; None likewise.
    """

    code: str
    summary: str
    fix: str
    mistakes: int
    signed: bytes | None = None
    canonical: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All that came out of looking at one request.

    Attributes:
        accepted: Whether nothing is wrong with the request, as far as could be judged.
        reason: Why it is refused; None when accepted.
        diagnoses: The explanations, best first; none does not mean that nothing is wrong.
        searched: How many candidate signatures were computed.
        rule: The rule that was broken, with the values that clash; "" when accepted.
        acceptable: What would have been accepted in place of a stale nonce or timestamp; "" for other reasons.
        string_to_sign: The documented text to sign; None where it could not be computed.
        canonical_request: What that text is made of, likewise.
    """

    accepted: bool
    reason: Reason | None
    diagnoses: tuple[Diagnosis, ...]
    searched: int
    rule: str = ""
    acceptable: str = ""
    string_to_sign: bytes | None = None
    canonical_request: bytes | None = None


def diagnosis_of(codes: Sequence[str], signed: bytes | None = None, canonical: bytes | None = None) -> Diagnosis:
    """Return the diagnosis that these codes make together."""
    return Diagnosis(
        code="+".join(codes),
        summary=" ".join(CODES[code].summary for code in codes),
        fix=" ".join(dict.fromkeys(CODES[code].fix for code in codes)),
        mistakes=len(codes),
        signed=signed,
        canonical=canonical,
    )
