"""The vectors on disk: one folder a case, one file a stage."""

from dataclasses import dataclass
from pathlib import Path

from signer import SCHEMES, Credentials, Request, Scheme
from tests.signer.foreign_schemes import FOREIGN

ROOT = Path(__file__).parent.parent / "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    name: str
    scheme: Scheme
    request: Request
    credentials: Credentials
    canonical_request: bytes
    string_to_sign: bytes
    signature: str
    provenance: str
    source: str


def read_request(raw: bytes) -> Request:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.split(b" ")
    headers = tuple((name, value) for name, _, value in (line.partition(b": ") for line in lines))
    return Request(method=method.decode("ascii"), target=target, headers=headers, body=body)


def read_vector(folder: Path) -> Vector:
    dialect = folder.parent.name
    words = dict(line.split(": ", 1) for line in (folder / "credentials").read_text().splitlines())
    provenance, _, source = (folder / "source").read_text().partition("\n")
    return Vector(
        name=f"{dialect}/{folder.name}",
        scheme=SCHEMES[dialect] if dialect in SCHEMES else FOREIGN[dialect],
        request=read_request((folder / "request").read_bytes()),
        credentials=Credentials(key=words["key"], secret=words["secret"], passphrase=words.get("passphrase")),
        canonical_request=(folder / "canonical-request").read_bytes(),
        string_to_sign=(folder / "string-to-sign").read_bytes(),
        signature=(folder / "signature").read_text().rstrip("\n"),
        provenance=provenance,
        source=source.strip(),
    )


VECTORS = tuple(read_vector(path.parent) for path in sorted(ROOT.glob("*/*/request")))
