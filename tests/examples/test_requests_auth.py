"""The requests client of Poloniex keeps what it promises, and the judgement notices when it does not."""

import sys

import pytest

from tests.examples.judged import A_FEW, EXAMPLES, broken, copy_with_a_slip, judge, statuses

pytest.importorskip("requests", reason="requests is not installed")

ADAPTER = str(EXAMPLES / "requests-auth" / "adapter.py")
FORMS = {"in process": (ADAPTER,), "as a program": ("--", sys.executable, ADAPTER)}


@pytest.mark.parametrize("client", FORMS.values(), ids=FORMS)
def test_it_passes_a_few_telling_rows(tmp_path, client):
    report = judge(tmp_path, "poloniex", client, requirements=A_FEW)
    assert broken(report) == []
    assert "passed" in statuses(report).values()


@pytest.mark.slow
@pytest.mark.parametrize("client", FORMS.values(), ids=FORMS)
def test_it_passes_everything_that_applies(tmp_path, client):
    # It keeps its nonces in memory: a clock that goes back while it does not run costs it that time, a SHOULD. And the
    # http.client below requests takes a 102 for the answer, another.
    report = judge(tmp_path, "poloniex", client, profile="documented")
    known = ("PERS-003 (SHOULD)", "CONN-007 (SHOULD)")
    assert [row for row in broken(report) if not row.startswith(known)] == []


@pytest.mark.parametrize(
    ("file", "right", "wrong", "requirement"),
    [
        ("auth.py", "hashlib.sha512", "hashlib.sha256", "SIGN-001"),
        ("auth.py", "max(self._last + 1, time.time_ns() // 1000)", "time.time_ns() // 1_000_000_000", "NONCE-003"),
        ("transport.py", '"allow_redirects": False', '"allow_redirects": True', "REDIR-001"),
        ("auth.py", "key={self.key!r}, secret=…", "key={self.key!r}, secret={self._secret!r}", "SECR-004"),
    ],
)
def test_a_slip_of_the_pen_is_noticed(tmp_path, file, right, wrong, requirement):
    folder = copy_with_a_slip(tmp_path, "requests-auth", f"poloniex_requests/{file}", right, wrong)
    report = judge(tmp_path, "poloniex", (str(folder / "adapter.py"),), requirements=[requirement])
    assert statuses(report) == {requirement: "failed"}
