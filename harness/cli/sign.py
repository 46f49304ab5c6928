"""`noncense sign`: the reference signer, with every stage in sight."""

from __future__ import annotations

import json
import random
import shlex
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

import click

from harness.cli.choices import read_secret, scheme_of
from harness.errors import UsageError
from harness.reports.printable import visible
from signer import (
    SCHEMES,
    Credentials,
    Kind,
    RandomNonces,
    Request,
    Scheme,
    Signed,
    SignerError,
    sign,
)

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


@click.command("sign", options_metavar="--dialect NAME --target PATH [OPTIONS]")
@click.option("--dialect", required=True, metavar="NAME|FILE", help=f"One of {', '.join(SCHEMES)}, or a file.")
@click.option("--method", metavar="METHOD", help="GET where nothing is sent in a body, else POST.")
@click.option("--target", required=True, metavar="PATH", help="Path and query, as on the request line.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter, put where it belongs.")
@click.option("--body", metavar="TEXT", help="The body itself, byte for byte.")
@click.option("--key", envvar="NONCENSE_KEY", required=True, metavar="KEY", help="The API key, or NONCENSE_KEY.")
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the secret stands; else it is taken from NONCENSE_SECRET.",
)
@click.option("--nonce", metavar="NONCE", help="Else a fresh one.")
@click.option("--timestamp", metavar="TIMESTAMP", help="Else the present moment, in the unit of the exchange.")
@click.option("--url", default="http://127.0.0.1:8800", show_default=True, metavar="URL", help="For --as curl.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["stages", "curl", "http", "json"]),
    default="stages",
    metavar="FORM",
    help="stages (the default), curl, http or json.",
)
def command(
    dialect: str,
    method: str | None,
    target: str,
    params: tuple[str, ...],
    body: str | None,
    key: str,
    secret_file: Path | None,
    nonce: str | None,
    timestamp: str | None,
    url: str,
    form: str,
) -> None:
    """Signs a request and shows every stage: canonical request, string to sign, signature.

    \b
    noncense sign --dialect poloniex --target /tradingApi --param command=returnBalances
    noncense sign --dialect bitunix --target /api/spot/v1/user/account --as curl
    """  # noqa: D301
    secret = _secret(secret_file)
    if any(character < " " or character == "\x7f" for character in key):
        raise UsageError("the key holds a control character, which no header can carry")
    scheme = scheme_of(dialect)
    try:
        request = build(scheme, method=method, target=target, params=params, body=body)
        signed = sign(
            scheme,
            request,
            Credentials(key=key, secret=secret),
            nonce=nonce if nonce is not None else _fresh_nonce(scheme),
            timestamp_ms=timestamp if timestamp is not None else _now(scheme),
        )
    except SignerError as problem:
        raise UsageError(str(problem)) from problem
    click.echo({"stages": stages, "curl": curl, "http": http, "json": as_json}[form](signed, url))


def build(scheme: Scheme, *, method: str | None, target: str, params: Sequence[str], body: str | None) -> Request:
    """Return the request that the options describe, unsigned.

    Parameters go where the scheme's own fields are: into a form in the body; else into the query of a GET, and of
    another method into a form where the scheme knows forms, or into a JSON object.

    Raises:
        UsageError: The options contradict each other.
    """
    if not target.startswith("/") or any(character <= " " for character in target):
        raise UsageError("--target is a path that begins with / and holds no blanks")
    if params and body is not None:
        raise UsageError("--param and --body say both what the body is; give one of them")
    pairs = [_pair(text) for text in params]
    places = [place.rpartition(" ")[0] for place in scheme.places.values()]
    always_form, as_form = "body parameter" in places, any(place.endswith("parameter") for place in places)
    verb = method or ("POST" if always_form or body is not None else "GET")
    if not (verb.isascii() and verb.isalpha()):
        raise UsageError(f"{verb!r} is no method")
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content = b""
    if body is not None:
        content = body.encode()
        headers = ((b"Content-Type", (_FORM if as_form else _JSON).encode()),)
    elif always_form or (pairs and as_form and verb != "GET"):
        content = urlencode(pairs).encode()
        headers = ((b"Content-Type", _FORM.encode()),)
    elif pairs and verb == "GET":
        target += ("&" if "?" in target else "?") + urlencode(pairs, quote_via=quote)
    elif pairs:
        content = json.dumps(dict(pairs), ensure_ascii=False, separators=(",", ":")).encode()
        headers = ((b"Content-Type", _JSON.encode()),)
    return Request(method=verb, target=target.encode(), headers=headers, body=content)


def stages(signed: Signed, url: str) -> str:
    """Show how the signature came about, and the request that carries it."""
    shown = [
        ("canonical request", _text(signed.stages.canonical_request)),
        ("string to sign", _text(signed.stages.string_to_sign)),
        ("signature", signed.stages.signature),
        ("request", http(signed, url)),
    ]
    return "\n\n".join(f"{name}\n" + "\n".join(f"  {line}" for line in text.split("\n")) for name, text in shown)


def http(signed: Signed, url: str) -> str:
    """Show the request as it travels, without the headers that an HTTP library adds."""
    request = signed.request
    head = [f"{request.method} {_text(request.target)} HTTP/1.1"]
    head += [f"{_text(name)}: {_text(value)}" for name, value in request.headers]
    return "\n".join(head) + ("\n\n" + _text(request.body) if request.body else "")


def curl(signed: Signed, url: str) -> str:
    """Show the request as a curl command."""
    request = signed.request
    words = ["curl", "--request", request.method]
    for name, value in request.headers:
        words += ["--header", f"{name.decode('latin-1')}: {value.decode('latin-1')}"]
    if request.body:
        words += ["--data-binary", request.body.decode()]
    words.append(url.rstrip("/") + request.target.decode())
    return shlex.join(words)


def as_json(signed: Signed, url: str) -> str:
    """Show the request and the stages as JSON; bytes are read as UTF-8."""
    request = signed.request
    document = {
        "method": request.method,
        "target": request.target.decode(),
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.headers],
        "body": request.body.decode(),
        "canonical_request": signed.stages.canonical_request.decode("utf-8", "backslashreplace"),
        "string_to_sign": signed.stages.string_to_sign.decode("utf-8", "backslashreplace"),
        "signature": signed.stages.signature,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _secret(path: Path | None) -> str:
    if path is not None:
        return read_secret(path)
    import os

    secret = os.environ.get("NONCENSE_SECRET")
    if not secret:
        raise UsageError("which secret? --secret-file names a file, or NONCENSE_SECRET holds it")
    return secret


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--param takes NAME=VALUE, not {text!r}")
    return name, value


def _now_ms() -> int:
    from mockserver import Clock

    return Clock().now_ms()


def _now(scheme: Scheme) -> int | None:
    return None if scheme.time_rule is None else _now_ms()


def _fresh_nonce(scheme: Scheme) -> int | str | None:
    if scheme.nonce_rule is None:
        return None
    if Kind.RISING_NONCE in scheme.kinds:
        return _now_ms()
    return RandomNonces(random.SystemRandom().randbytes)()


def _text(content: bytes) -> str:
    return visible(content.decode("utf-8", "backslashreplace"))
