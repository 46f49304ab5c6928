"""OpenSSL's command line is a signer that we did not write, and the one that shell clients use."""

import random
import shutil
import subprocess

import pytest

from signer import Credentials, Request, scheme_named, sign

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")

_ALPHABET = "abcXYZ019=&+%/:,{}\"' éß☃\n\\~"


def _openssl(secret: str, text: bytes) -> str:
    command = ["openssl", "dgst", "-sha512", "-hmac", secret, "-r"]
    done = subprocess.run(command, input=text, capture_output=True, check=True)
    return done.stdout.decode("ascii").split()[0]


def _random_text(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(_ALPHABET) for _ in range(length))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["poloniex", "exmo"])
def test_openssl_signs_a_form_as_we_do(name: str, seed: int) -> None:
    chance = random.Random(seed)
    secret = "S-" + "".join(chance.choice("0123456789abcdef") for _ in range((8, 40, 128, 200)[seed]))
    body = ("command=buy&note=" + _random_text(chance, chance.randrange(60))).encode()
    request = Request(method="POST", target=b"/tradingApi", body=body)
    signed = sign(scheme_named(name), request, Credentials(key="K", secret=secret), nonce=chance.randrange(2**63))
    assert _openssl(secret, signed.request.body) == signed.stages.signature


@pytest.mark.parametrize("seed", range(3))
def test_openssl_signs_the_five_lines_as_we_do(seed: int) -> None:
    chance = random.Random(seed)
    body = _random_text(chance, 40 * seed).encode()
    request = Request(method="POST", target=b"/v1/orders", body=body)
    credentials = Credentials(key="K", secret=f"reference-secret-é{seed}")
    signed = sign(scheme_named("reference"), request, credentials, nonce=seed + 1, timestamp_ms=1_700_000_000_000)
    hashed = subprocess.run(["openssl", "dgst", "-sha512", "-r"], input=body, capture_output=True, check=True)
    lines = f"POST\n/v1/orders\n{seed + 1}\n1700000000000\n{hashed.stdout.decode('ascii').split()[0]}"
    assert _openssl(credentials.secret, lines.encode()) == signed.stages.signature
