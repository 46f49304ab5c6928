"""TLS: who is spoken to, and who can listen."""

from harness.catalogue.requirement import Property, Requirement
from harness.catalogue.sources import policy
from harness.events import Level
from harness.properties import certificates

_NAMED = {"named": "a refused certificate that is reported as `tls`"}
_TAKEN = "Whoever sits in between reads the orders, and sends others in their place."
_LEAVE = "Leave the TLS library's checks on; add the authority of a test server to them instead of switching them off."
_TLS = frozenset({"tls"})

ROWS = (
    Requirement(
        id="TLS-001",
        level=Level.MUST,
        title="A certificate from an unknown authority is refused.",
        source="RFC 9110, section 4.3.4: a client must verify the service's identity; RFC 5280, section 6.1",
        consequence=_TAKEN,
        remedy=_LEAVE,
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.strangers,
            judge=certificates.stranger_refused,
            least={"provocations": 4},
            examples=0,
            wanted=_NAMED,
        ),
    ),
    Requirement(
        id="TLS-002",
        level=Level.MUST,
        title="A certificate for another name is refused.",
        source="RFC 9110, section 4.3.4: names and addresses of the certificate against those of the URI; RFC 9525",
        consequence=_TAKEN,
        remedy="Let the TLS library compare the certificate's names with the host of the base URL.",
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.other_names,
            judge=certificates.other_name_refused,
            least={"provocations": 3},
            examples=0,
            wanted={**_NAMED, "disputed": "a refusal of a certificate with its address in the subject alone"},
        ),
    ),
    Requirement(
        id="TLS-003",
        level=Level.MUST,
        title="An expired or not yet valid certificate is refused.",
        source="RFC 5280, section 6.1.3: the certificate's validity period includes the current time",
        consequence="A key that was lost long ago is as good as new.",
        remedy=_LEAVE,
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.out_of_date,
            judge=certificates.out_of_date_refused,
            least={"provocations": 2},
            examples=0,
            wanted=_NAMED,
        ),
    ),
    Requirement(
        id="TLS-004",
        level=Level.MUST,
        title="No key, signature or body leaves before the certificate was accepted.",
        source="RFC 9110, section 4.3.4: verified before the request, for what was sent cannot be called back",
        consequence="A stranger holds a signed order, and the user is told that nothing was sent.",
        remedy="Verify in the handshake; a check after the answer comes too late.",
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.before_acceptance,
            judge=certificates.nothing_sent,
            least={"provocations": 4},
            examples=0,
        ),
    ),
    Requirement(
        id="TLS-005",
        level=Level.MUST,
        title="The configured CA file is honoured, and only widens trust as told.",
        source="Client-under-test contract, version 1: `ca_file`; RFC 5280, section 6.1",
        consequence="Behind a company's own authority there is no way to trade but to switch the checks off.",
        remedy="Hand the file to the TLS library beside the system's authorities.",
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.sound,
            judge=certificates.told_authority_trusted,
            least={"provocations": 2},
            examples=0,
        ),
    ),
    Requirement(
        id="TLS-006",
        level=Level.MUST,
        title="Versions below TLS 1.2 are refused.",
        source="RFC 8996, sections 4 and 5: TLS 1.0 and 1.1 must not be used",
        consequence="Whoever can bring the two sides to an old version can read what they say.",
        remedy="Set the least version to TLS 1.2.",
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.old_versions,
            judge=certificates.old_version_refused,
            least={"provocations": 1},
            examples=0,
        ),
    ),
    Requirement(
        id="TLS-007",
        level=Level.MUST,
        title="A TLS failure does not lead to plain http.",
        source=policy("a signed order in clear can be read, copied and changed by everybody on its way"),
        consequence=_TAKEN,
        remedy="Report the failure. Nothing the other side does may change the scheme of the base URL.",
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.failed_handshakes,
            judge=certificates.nothing_in_clear,
            least={"provocations": 3},
            examples=0,
        ),
    ),
    Requirement(
        id="TLS-008",
        level=Level.SHOULD,
        title="A close without close_notify in the middle of a body is an error.",
        source="RFC 9112, section 9.8: without a length an answer is complete only behind a valid closure alert",
        consequence="Whoever can cut a connection can shorten a list of orders.",
        remedy="Tell an end without the alert from a proper one (in Python suppress_ragged_eofs=False).",
        features=_TLS,
        property=Property(
            cases=None,
            fixed=certificates.truncations,
            judge=certificates.truncation_noticed,
            least={"provocations": 1},
            wanted={"read": "an answer without a length, over TLS, that the client reads"},
            examples=0,
        ),
    ),
)
