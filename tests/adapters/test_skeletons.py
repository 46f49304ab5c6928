"""`noncense init` writes a skeleton that is judged by the very line that it says, and harms nobody's files."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.cli import main
from harness.configuration import load
from harness.templates import LANGUAGES, language_named
from harness.templates.prices import PRICES
from mockserver import DIALECT_NAMES
from tests.adapters.kits import KITS, KITS_BY_LANGUAGE, ROOT, kit_of
from tests.house.test_documented_commands import options_of

ACME = ROOT / "examples" / "own-dialect" / "acme.py"

#: One language is judged on every build; the others, which differ in their own files alone, when they are asked for.
JUDGED = [pytest.param(one, marks=[] if one == "node" else [pytest.mark.languages]) for one in LANGUAGES]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of one's own, from which noncense can be started."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    there = tmp_path / "my-sdk"
    there.mkdir()
    monkeypatch.chdir(there)
    return there


def init(*arguments: str, language: str = "node", dialect: str = "reference") -> int:
    return main(["init", "--language", language, "--dialect", dialect, *arguments])


def line_that_is_said(out: str) -> str:
    said = re.search(r"as it stands:\n\n    (.+)\n", out)
    assert said is not None
    return said[1]


def judged(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line as somebody would who copied it, on few enough rows to be quick."""
    short = f"{line} --seed 1 --requirement PUB-001 --requirement SIGN-001"
    return subprocess.run(["bash", "-euc", short], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("language", JUDGED)
def test_the_line_that_is_said_gives_a_verdict(folder: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    kit_of(language)
    assert init(language=language) == 0
    done = judged(line_that_is_said(capsys.readouterr().out), folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "on reference" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    assert "promises no private operation" in done.stdout


@pytest.mark.languages
@pytest.mark.parametrize("dialect", ["poloniex", "exmo", "bitunix"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_something_to_judge_on_every_exchange(
    folder: Path, capsys: pytest.CaptureFixture[str], language: str, dialect: str
) -> None:
    kit_of(language)
    assert init(language=language, dialect=dialect) == 0
    done = judged(line_that_is_said(capsys.readouterr().out), folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "1 passed, 1 skipped" in done.stdout


@pytest.mark.node
def test_a_place_that_is_filled_with_a_mistake_is_named_without_a_trace_of_ours(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kit_of("node")
    assert init() == 0
    line = line_that_is_said(capsys.readouterr().out)
    adapter = folder / "adapter.cjs"
    text = adapter.read_text(encoding="utf-8")
    adapter.write_text(text.replace("balances: null,", "balances: (client) => client.balance(),"), encoding="utf-8")
    done = judged(line, folder)
    assert done.returncode == 3
    assert "client.balance is not a function" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.languages
def test_a_package_of_es_modules_is_no_hindrance(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kit_of("node")
    (folder / "package.json").write_text('{"name": "my-sdk", "type": "module"}', encoding="utf-8")
    (folder / "index.js").write_text("export class Client {}\n", encoding="utf-8")
    assert init() == 0
    adapter = folder / "adapter.cjs"
    text = adapter.read_text(encoding="utf-8")
    loaded = "async function open(target) {\n  const { Client } = await import('./index.js');\n  new Client();"
    adapter.write_text(text.replace("async function open(target) {", loaded), encoding="utf-8")
    done = judged(line_that_is_said(capsys.readouterr().out), folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_name_the_program_and_the_exchange(folder: Path, language: str) -> None:
    assert init(language=language, dialect="exmo") == 0
    settings = load(folder)
    assert settings.dialect == "exmo"
    assert settings.adapter == LANGUAGES[language].program
    assert (folder / LANGUAGES[language].adapter).exists()
    assert (folder / LANGUAGES[language].kit_at).read_bytes() == (KITS / LANGUAGES[language].kit).read_bytes()


def test_no_word_is_left_to_be_put_in(folder: Path) -> None:
    for number, language in enumerate(LANGUAGES):
        (folder / str(number) / ".git").mkdir(parents=True)
        assert init("--folder", str(number), language=language) == 0
    left = [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and re.search(r"@[A-Z_]+@", path.read_text(encoding="utf-8"))
    ]
    assert left == []


def test_a_dialect_of_ones_own_is_found_from_the_folder_of_the_adapter(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "acme.py").write_bytes(ACME.read_bytes())
    assert init("--folder", "conformance", language="python", dialect="./acme.py") == 0
    line = line_that_is_said(capsys.readouterr().out)
    assert load(folder / "conformance").dialect == "../acme.py"
    done = judged(line, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "on acme" in done.stdout


def test_nothing_is_written_over_somebodys_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "adapter.cjs").write_text("mine", encoding="utf-8")
    assert init() == 2
    assert "adapter.cjs exists already; nothing was written" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["adapter.cjs"]
    assert init("--force") == 0
    assert (folder / "adapter.cjs").read_text(encoding="utf-8") != "mine"


def test_the_same_command_twice_is_no_quarrel(folder: Path) -> None:
    assert init() == 0
    assert init() == 0


@pytest.mark.parametrize(
    ("ci", "workflows"),
    [
        ("none", set()),
        ("github", {".github/workflows/noncense.yml"}),
        ("gitlab", {"noncense.gitlab-ci.yml"}),
        ("both", {".github/workflows/noncense.yml", "noncense.gitlab-ci.yml"}),
    ],
)
def test_the_workflows_stand_at_the_root_of_the_repository(folder: Path, ci: str, workflows: set[str]) -> None:
    (folder / ".git").mkdir()
    assert init("--folder", "tests/judged", "--ci", ci) == 0
    written = {str(path.relative_to(folder)) for path in folder.rglob("*.yml")}
    assert written == workflows
    for path in written:
        assert "tests/judged" in (folder / path).read_text(encoding="utf-8")


def commands(texts: Iterable[str]) -> list[str]:
    return [line[1] for text in texts for line in re.finditer(r"^\s+(?:- )?(noncense .+)$", text, re.MULTILINE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workflow_builds_the_program_and_calls_us_as_we_can_be_called(folder: Path, language: str) -> None:
    assert init(language=language) == 0
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.yml")]
    lines = commands(texts)
    assert len(lines) == 2
    for line in lines:
        given = {word for word in shlex.split(line) if word.startswith("--")}
        assert given - options_of("test") == set()
    build = LANGUAGES[language].build
    assert all(build in text and text.index(build) <= text.index("noncense test") for text in texts)


@pytest.mark.languages
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workflow_is_yaml_with_the_steps_in_their_order(folder: Path, language: str) -> None:
    kit_of("ruby")  # whose standard library reads YAML, and ours does not
    (folder / ".git").mkdir()
    assert init("--folder", "judged", language=language) == 0
    read = "require 'yaml'; require 'json'; puts JSON.generate(ARGV.map { |path| YAML.load_file(path) })"
    paths = [".github/workflows/noncense.yml", "noncense.gitlab-ci.yml"]
    done = subprocess.run(["ruby", "-e", read, *paths], cwd=folder, capture_output=True, text=True, check=True)
    github, gitlab = json.loads(done.stdout)
    job = github["jobs"]["conformance"]
    assert job["defaults"]["run"]["working-directory"] == "judged"
    steps = [step["run"].strip() for step in job["steps"] if "run" in step]
    build = [LANGUAGES[language].build] if LANGUAGES[language].build else []
    judging = "noncense test --report github: --report junit:noncense.xml"
    assert steps == ['python -m pip install "$NONCENSE"', *build, judging]
    assert gitlab["noncense"]["script"] == ["cd judged", *build, "noncense test --report junit:noncense.xml"]


def test_no_line_of_a_workflow_is_taken_apart_at_a_colon(folder: Path) -> None:
    assert init(language="go") == 0
    for path in folder.rglob("*.yml"):
        values = re.findall(
            r"^\s*(?:- )?(?:[\w-]+: )(?![\"'|>\[])(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert [value for value in values if ": " in value] == []


def test_a_go_adapter_belongs_to_the_module_that_it_is_in(folder: Path) -> None:
    (folder / "go.mod").write_text("module example.com/my/sdk\n\ngo 1.18\n", encoding="utf-8")
    assert init("--folder", "judged", language="go") == 0
    assert not (folder / "judged" / "go.mod").exists()
    assert '"example.com/my/sdk/judged/noncense"' in (folder / "judged" / "adapter.go").read_text(encoding="utf-8")


def test_a_go_adapter_does_not_move_in_with_another_package(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sdk.go").write_text("package sdk\n", encoding="utf-8")
    assert init(language="go") == 2
    assert "give the adapter a --folder of its own" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dialect", "exmo"], "which language?"),
        (["--language", "cobol", "--dialect", "exmo"], "there is no kit for 'cobol'"),
        (["--language", "node"], "which exchange?"),
        (["--language", "node", "--dialect", "nasdaq"], "there is no dialect 'nasdaq'"),
        (["--language", "node", "--dialect", "exmo", "--ci", "jenkins"], "'jenkins' is not one of"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["init", *arguments]) == 2
    complaint = capsys.readouterr().err
    assert words in complaint
    assert complaint.count("\n") == 1
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "file").write_text("", encoding="utf-8")
    assert init("--folder", "file/below") == 2
    assert "cannot write file/below" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "meant"), [("JavaScript", "node"), ("bash", "shell"), ("golang", "go"), ("rb", "ruby")]
)
def test_a_language_has_the_names_that_people_use(said: str, meant: str) -> None:
    assert language_named(said) == LANGUAGES[meant]


def test_every_kit_and_every_exchange_has_its_skeleton_and_every_skeleton_its_tutorial() -> None:
    assert list(LANGUAGES) == list(KITS_BY_LANGUAGE)
    assert set(PRICES) == set(DIALECT_NAMES)
    assert {path.stem for path in (ROOT / "docs" / "tutorials").iterdir()} == set(LANGUAGES)
    assert {language.kit for language in LANGUAGES.values()} == {kit.file for kit in KITS_BY_LANGUAGE.values()}


def test_the_package_takes_the_kits_to_where_they_are_looked_for() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    taken = {Path(there): ROOT / here for here, there in wheel["force-include"].items()}
    assert taken[Path("harness/templates/kits")] == KITS
    assert all((KITS / language.kit).is_file() for language in LANGUAGES.values())


@pytest.mark.slow
def test_the_kits_and_the_templates_travel_with_the_package(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="what builds the package is not installed")
    wheel = tmp_path / "built"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheel)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (built,) = wheel.iterdir()
    away = tmp_path / "away"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(built), str(away)], check=True)
    script = (
        "import harness.cli, sys; assert 'away' in harness.cli.__file__; "
        "sys.exit(harness.cli.main(['init', '--language', 'java', '--dialect', 'exmo', '--folder', sys.argv[1]]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "skeleton")]
    subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(away)}, check=True, capture_output=True)
    assert (tmp_path / "skeleton" / "NoncenseAdapter.java").read_bytes() == (
        KITS / "java/NoncenseAdapter.java"
    ).read_bytes()
    assert tomllib.loads((tmp_path / "skeleton" / "noncense.toml").read_text(encoding="utf-8"))["dialect"] == "exmo"
