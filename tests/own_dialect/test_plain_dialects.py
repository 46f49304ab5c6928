"""Other exchanges than Acme from the same few words: what they sign by decides what they check and refuse."""

import json

import pytest

from harness.catalogue import requirements
from harness.drivers import ObjectClient
from harness.mutants import Adapter
from harness.run import RunSettings, run
from mockserver import Check, Dialect, Refusal, Refused, SettingsError, plain_dialect
from mockserver.core.dialect import Profile
from mockserver.dialects import make_known
from mockserver.dialects.contradictions import contradictions
from signer import Kind, NonceRule, Request, Scheme, canonical, digest, encoding, freshness, places

HEADERS = {"key": "header X-Key", "nonce": "header X-Nonce", "signature": "header X-Sign"}

RISING = Scheme(
    name="rising",
    source="a test",
    kinds=frozenset({Kind.RISING_NONCE}),
    places=HEADERS,
    read=places.reader(HEADERS),
    place=places.placer(HEADERS),
    canonical_request=canonical.joined(canonical.method, canonical.target, canonical.nonce, canonical.body),
    string_to_sign=canonical.unchanged,
    secret_bytes=encoding.utf8_secret,
    digest=digest.hmac_with("sha384"),
    digest_name="HMAC-SHA384",
    spelling=digest.BASE64,
    nonce_rule=NonceRule(parse=freshness.positive_integer, rising=True, describe="a rising integer"),
)


def described(**rest: object) -> Dialect:
    return plain_dialect(RISING, title="Rising", source="a test", **rest)  # type: ignore[arg-type]


def test_what_it_signs_by_is_what_it_checks() -> None:
    assert list(contradictions(described())) == []
    assert Check.NONCE in described().checks
    assert Check.WINDOW not in described().checks


def test_its_table_speaks_of_what_its_requests_carry() -> None:
    rows = {row.refusal: row.text for row in described().refusals}
    assert rows[Refusal.MISSING_NONCE] == "The header X-Nonce is required and may not be empty."
    assert rows[Refusal.MALFORMED_NONCE] == "The nonce is a rising integer."
    assert rows[Refusal.BAD_SIGNATURE].startswith("The signature is the HMAC-SHA384")
    assert Refusal.MISSING_TIMESTAMP not in rows


def test_what_follows_from_its_business_is_said_without_being_asked() -> None:
    rows = {row.id: row.application(described()) for row in requirements()}
    assert {name for name in ("CANON-002", "PARSE-004", "CONC-008", "NONCE-013") if rows[name].level is None} == {
        "CANON-002",
        "PARSE-004",
        "CONC-008",
        "NONCE-013",
    }
    assert described(levels={"CANON-002": ("SHOULD", "its page")}).levels["CANON-002"] == ("SHOULD", "its page")


def test_without_words_of_its_own_it_refuses_with_problem_details() -> None:
    dialect = described()
    refused = Refused(refusal=Refusal.UNKNOWN_KEY)
    request = Request(method="GET", target=b"/")
    answer = dialect.write_refusal(refused, dialect.row(refused), Profile.DOCUMENTED, request, 0)
    assert json.loads(answer.body)["code"] == "unknown_key"


def test_words_for_what_cannot_happen_are_a_mistake() -> None:
    with pytest.raises(SettingsError, match="never refuses for missing_timestamp"):
        described(says={Refusal.MISSING_TIMESTAMP: (400, "x", "y")})


def test_the_name_of_ours_cannot_be_taken() -> None:
    with pytest.raises(SettingsError, match="built in"):
        make_known(plain_dialect(dialect_called("exmo"), title="x", source="y"))


def dialect_called(name: str) -> Scheme:
    from dataclasses import replace

    return replace(RISING, name=name)


@pytest.mark.parametrize("body", ["json", "form"])
def test_its_clients_are_judged_by_the_rows_of_its_kind(body: str) -> None:
    make_known(described(body=body))
    settings = RunSettings(dialect="rising", seed=1, examples=3, requirements=("SIGN-001", "TIME-001"))
    summary = run(settings, ObjectClient(reference=Adapter), ())
    assert {result.id: result.status.value for result in summary.results} == {
        "SIGN-001": "passed",
        "TIME-001": "skipped",
    }
