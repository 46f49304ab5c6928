"""A client whose host is written into it is seen on every rung, and so is what follows a redirect elsewhere."""

from __future__ import annotations

import sys

import pytest

from harness.events import Status
from harness.observing import Observing, observe
from harness.redirecting.namespace import forbidden
from signer import Credentials

pytestmark = pytest.mark.redirect

KEY = Credentials(key="KKKKKKKK-KKKKKKKK-KKKKKKKK-KKKKKKKK", secret="an old secret of nobody's")
#: Follows redirects as urllib does: with every header that it was given.
CLIENT = """
import hashlib, hmac, sys, time, urllib.request
key, secret = sys.argv[1:]
for _ in range(12):
    body = f"command=returnBalances&nonce={time.time_ns() // 1000}".encode()
    headers = {"Key": key, "Sign": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}
    request = urllib.request.Request("https://poloniex.com/tradingApi", data=body, headers=headers)
    try:
        urllib.request.urlopen(request, timeout=60).read()
    except OSError:
        pass
"""


@pytest.mark.parametrize("rung", ["preload", "proxy", "namespace"])
def test_a_redirect_that_is_followed_with_the_key_is_seen_on_every_rung(rung):
    if rung == "namespace" and (why := forbidden()) is not None:
        pytest.skip(why)
    settings = Observing(
        argv=(sys.executable, "-c", CLIENT, KEY.key, KEY.secret),
        dialect="poloniex",
        seed=1,
        keys=(KEY,),
        redirect=rung,
        provoke=("redirect",),
        share=0.34,
    )
    observed = observe(settings, [])
    results = {result.id: result for result in observed.summary.results}
    assert results["SIGN-001"].status is Status.PASSED, results["SIGN-001"].reason
    assert results["REDIR-001"].status is Status.FAILED
    assert "the key" in results["REDIR-001"].reason
    assert observed.conversation is not None
    assert observed.conversation.strays == ()
