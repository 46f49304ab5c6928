"""Our own HMAC, keyed once for many texts, against the standard library's."""

import hashlib
import hmac

import pytest

from signer.digest import hmac_with, keyed_hmac


@pytest.mark.parametrize("name", ["sha512", "sha384", "sha256", "sha1", "md5", "sha3_512", "sha3_256", "blake2b"])
@pytest.mark.parametrize("beyond", [-1, 0, 1], ids=["shorter than", "exactly", "longer than"])
def test_a_secret_of_a_block_keys_as_the_standard_library_does(name: str, beyond: int) -> None:
    secret = bytes(range(256))[: hashlib.new(name).block_size + beyond]
    digest = keyed_hmac(name)(secret)
    for text in (b"", b"a text", b"a text longer than one block" * 20):
        assert digest(text) == hmac.digest(secret, text, name)


def test_an_empty_secret_keys_too() -> None:
    assert keyed_hmac("sha512")(b"")(b"a text") == hmac.digest(b"", b"a text", "sha512")


def test_a_digest_that_stays_keyed_mixes_up_no_secrets() -> None:
    digest = hmac_with("sha512")
    secrets = [b"secret %d" % number for number in range(600)]
    for secret in (*secrets, *reversed(secrets), *secrets[:3]):
        assert digest(secret, b"a text") == hmac.digest(secret, b"a text", "sha512")
