"""How exchanges sign: schemes as values, a reference signer, and a verdict on what arrives. Standard library only."""

from signer import canonical, digest, encoding, freshness, places
from signer.credentials import Credentials
from signer.dialects import SCHEMES, scheme_named
from signer.errors import BadSecret, CannotSign, SignerError, UnknownScheme
from signer.freshness import NonceRule, TimeRule, exceeds, within_window
from signer.message import Request
from signer.nonces import NonceSource, PersistentNonces, RandomNonces, RisingNonces
from signer.scheme import Fields, Kind, Misreading, Scheme, Spelling
from signer.signing import Signed, sign, stages_of
from signer.verdict import Accepted, Reason, Refused, Stages, Verdict
from signer.verifying import (
    NonceMemory,
    Step,
    check_key,
    check_nonce,
    check_present,
    check_signature,
    check_time,
    check_well_formed,
    nonce_of,
    verify,
)

__all__ = [
    "SCHEMES",
    "Accepted",
    "BadSecret",
    "CannotSign",
    "Credentials",
    "Fields",
    "Kind",
    "Misreading",
    "NonceMemory",
    "NonceRule",
    "NonceSource",
    "PersistentNonces",
    "RandomNonces",
    "Reason",
    "Refused",
    "Request",
    "RisingNonces",
    "Scheme",
    "Signed",
    "SignerError",
    "Spelling",
    "Stages",
    "Step",
    "TimeRule",
    "UnknownScheme",
    "Verdict",
    "canonical",
    "check_key",
    "check_nonce",
    "check_present",
    "check_signature",
    "check_time",
    "check_well_formed",
    "digest",
    "encoding",
    "exceeds",
    "freshness",
    "nonce_of",
    "places",
    "scheme_named",
    "sign",
    "stages_of",
    "verify",
    "within_window",
]
