"""A file that cannot be used is one clear line and exit status 2, whichever command is given it."""

from pathlib import Path

import pytest

from mockserver import SettingsError, dialect_named
from tests.harness.cli.command_line import complaint, run_noncense
from tests.own_dialect.acme import ACME, ADAPTER

Capture = pytest.CaptureFixture[str]

ACME_TEXT = Path(ACME).read_text(encoding="utf-8")


def described(folder: Path, text: str) -> str:
    path = folder / "theirs.py"
    path.write_text(text, encoding="utf-8")
    return str(path)


def changed(folder: Path, right: str, wrong: str) -> str:
    """Describe Acme with one thing changed."""
    assert ACME_TEXT.count(right) == 1, right
    return described(folder, ACME_TEXT.replace(right, wrong))


def told(path: str) -> str:
    with pytest.raises(SettingsError) as raised:
        dialect_named(path)
    words = str(raised.value)
    assert "\n" not in words
    return words


WRONG = {
    "no Python": ("DIALECT = (", "line 1: SyntaxError"),
    "a name that is not there": ("import signer\n\nDIALECT = signer.Schema()\n", "line 3: AttributeError"),
    "a module that is not there": ("import nowhere_to_be_found\n", "line 1: ModuleNotFoundError"),
    "an end of the program": ("raise SystemExit(0)\n", "line 1: SystemExit"),
    "several lines of complaint": ("raise ValueError('one\\ntwo')\n", "ValueError: one two"),
    "nothing": ("", "describes no dialect"),
    "a scheme alone": (ACME_TEXT.partition("DIALECT =")[0], "describes no dialect"),
    "two": (ACME_TEXT + "\nimport dataclasses\nOTHER = dataclasses.replace(DIALECT, title='x')\n", "(DIALECT, OTHER)"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_a_file_that_holds_no_dialect_says_why(tmp_path: Path, text: str, words: str) -> None:
    assert words in told(described(tmp_path, text))


CONTRADICTIONS = {
    "the name of ours": ('name="acme"', 'name="poloniex"', "the name of one that is built in"),
    "no name": ('name="acme"', 'name="Acme Ltd"', "other characters"),
    "a kind without its rule": ("{Kind.TIMESTAMP}", "{Kind.TIMESTAMP, Kind.RISING_NONCE}", "Kind.RISING_NONCE and"),
    "no kind": ("frozenset({Kind.TIMESTAMP})", "frozenset()", "nothing makes a request fresh"),
    "a rule without its kind": ("{Kind.TIMESTAMP}", "{Kind.SINGLE_USE_NONCE}", "Kind.TIMESTAMP and a time_rule"),
    "a limit below the usual": ("largest_past_ms=60_000", "largest_past_ms=1_000", "less than the usual one"),
    "a unit that is not written": (
        'unit="',
        'write=lambda ms: str(ms // 1000), unit="',
        "and reads that as 1700000000",
    ),
    "a signature that is signed": (
        'canonical.without_last(canonical.query, "signature")',
        "canonical.query",
        "refuses what it signs itself (GET",
    ),
    "a field that is never read": ("read=places.reader(PLACES)", "read=places.reader({})", "cannot sign GET"),
    "a signature that is never looked at": ("spelling=digest.HEX", "spelling=ANY", "takes a wrong signature"),
    "an unknown place": ("header X-ACME", "cookie X-ACME", "say 'header NAME'"),
    "a code of another kind": ('"-1016", "This', '"down", "This', "writing its refusal maintenance raised ValueError"),
    "a refusal that cannot be": ("Refusal.MISSING_KEY:", "Refusal.MISSING_NONCE:", "never refuses for missing_nonce"),
    "a level that there is not": ('"SIGN-004": ("void"', '"SIGN-004": ("maybe"', "call SIGN-004 'maybe'"),
    "a body that there is not": ('body="form"', 'body="xml"', "json or form"),
}
_ANY = """
from signer import Spelling
ANY = Spelling(name="any", encode=bytes.hex, same=lambda a, b: True)
SCHEME = Scheme("""


@pytest.mark.parametrize(("right", "wrong", "words"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_description_that_contradicts_itself_says_where(tmp_path: Path, right: str, wrong: str, words: str) -> None:
    text = ACME_TEXT.replace(right, wrong)
    assert text != ACME_TEXT
    if "ANY" in wrong:
        text = text.replace("ANY_IN_ANY_CASE", "ANY").replace("\nSCHEME = Scheme(", _ANY)
    assert words in told(described(tmp_path, text))


def test_a_level_of_a_requirement_that_there_is_not_is_wrong_usage(capsys: Capture, tmp_path: Path) -> None:
    path = changed(tmp_path, '"SIGN-004": (', '"SIGN-404": (')
    said = complaint(run_noncense(capsys, f"test --dialect {path} --requirement TIME-010 {ADAPTER}"))
    assert said == "acme speaks of SIGN-404, and there is no such requirement"


def test_an_observed_twin_goes_by_the_same_name(tmp_path: Path) -> None:
    twin = "\nimport dataclasses\nOBSERVED = dataclasses.replace(DIALECT, title='Acme, as it is')\n"
    path = described(tmp_path, ACME_TEXT.replace('name="acme"', 'name="acme-twice"') + twin)
    assert dialect_named(path, "observed").title == "Acme, as it is"
    assert dialect_named(path).title == "Acme"
    other = (
        "\nOBSERVED = dataclasses.replace(OBSERVED, name='other', scheme=dataclasses.replace(SCHEME, name='other'))\n"
    )
    assert "called other as OBSERVED" in told(described(tmp_path, Path(path).read_text() + other))


def test_a_file_may_hold_dataclasses_and_annotations_of_its_own(tmp_path: Path) -> None:
    own = (
        "import dataclasses\nimport typing\n\n\n@dataclasses.dataclass\nclass Level:\n"
        "    price: typing.ClassVar[int] = 1\n"
        "    amount: int = 0\n\n\nassert Level.__annotations__['amount'] is int\n"
    )
    text = ACME_TEXT.replace('name="acme"', 'name="acme-with-classes"')
    assert dialect_named(described(tmp_path, text + own)).name == "acme-with-classes"


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    first = dialect_named(changed(tmp_path, 'name="acme"', 'name="acme-once"'))
    again = dialect_named(changed(tmp_path, 'name="acme"', 'name="acme-again"'))
    assert (first.name, again.name) == ("acme-once", "acme-again")


def test_a_file_that_was_read_is_the_same_dialect_under_its_name() -> None:
    assert dialect_named(ACME) is dialect_named(ACME)
    assert dialect_named("acme") is dialect_named(ACME)


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    dialect_named(changed(tmp_path, 'name="acme"', 'name="acme-alone"'))
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.py"]


COMMANDS = (
    "test --dialect {} nobody.py",
    "serve --dialect {}",
    "sign --dialect {} --target /x --key k",
    "doctor --dialect {}",
    "dialects {}",
    "dialects {} --openapi",
    "requirements --dialect {}",
    "explain TIME-010 --dialect {}",
    "mutants --dialect {}",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_with_one_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("NONCENSE_SECRET", "secret")
    missing = str(tmp_path / "missing.py")
    assert complaint(run_noncense(capsys, command.format(missing))) == (
        f"cannot read the dialect in {missing}: No such file or directory"
    )
    empty = described(tmp_path, "")
    assert complaint(run_noncense(capsys, command.format(empty))).startswith(f"{empty} describes no dialect")


def test_two_files_with_one_name_are_not_served_together(capsys: Capture, tmp_path: Path) -> None:
    other = described(tmp_path, ACME_TEXT)
    said = complaint(run_noncense(capsys, f"serve --dialect {ACME} --dialect {other}"))
    assert said == "two files describe a dialect called acme"
