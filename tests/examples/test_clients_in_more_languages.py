"""The clients in Go, Java and Ruby keep what they promise, and the judgement notices when one does not."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adapters.kits import kit_of
from tests.examples.judged import A_FEW, EXAMPLES, broken, copy_with_a_slip, judge, statuses

pytestmark = pytest.mark.languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A client, how it is built from its folder, and how it is started."""

    folder: str
    dialect: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...]

    def client(self, folder: Path, into: Path) -> tuple[str, ...]:
        """Build it, and return what stands after `noncense test`."""
        if self.build:
            kit = folder.parents[1] / "adapters" / "java" / "NoncenseAdapter.java"
            sources = [str(path) for path in sorted(folder.glob("*.java"))]
            build = [part.format(into=into, kit=kit) for part in self.build]
            subprocess.run([*build, *sources], cwd=folder, check=True, capture_output=True)
        return ("--", *(part.format(into=into, folder=folder) for part in self.run))


CLIENTS = {
    "go": Example(
        folder="exmo-go", dialect="exmo", build=("go", "build", "-o", "{into}/client"), run=("{into}/client",)
    ),
    "java": Example(
        folder="reference-java",
        dialect="reference",
        build=("javac", "-encoding", "UTF-8", "-d", "{into}", "{kit}"),
        run=("java", "-XX:TieredStopAtLevel=1", "-cp", "{into}", "Adapter"),
    ),
    "ruby": Example(folder="poloniex-ruby", dialect="poloniex", run=("ruby", "{folder}/adapter.rb")),
}


@pytest.mark.parametrize("language", CLIENTS)
def test_it_passes_a_few_telling_rows(tmp_path, language):
    kit_of(language)
    example = CLIENTS[language]
    client = example.client(EXAMPLES / example.folder, tmp_path)
    report = judge(tmp_path, example.dialect, client, requirements=A_FEW)
    assert broken(report) == []
    assert "passed" in statuses(report).values()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("language", CLIENTS)
def test_it_passes_everything_that_applies(tmp_path, language, seed):
    kit_of(language)
    example = CLIENTS[language]
    client = example.client(EXAMPLES / example.folder, tmp_path)
    assert broken(judge(tmp_path, example.dialect, client, seed=seed)) == []


@pytest.mark.parametrize(
    ("language", "file", "right", "wrong", "requirement"),
    [
        ("go", "exmo/client.go", "digest.Write([]byte(body))", "digest.Write([]byte(form))", "SIGN-001"),
        ("go", "exmo/transport.go", "return http.ErrUseLastResponse", "return nil", "REDIR-001"),
        ("java", "Http.java", "redirects.retrylimit", "of.no.meaning", "RETRY-002"),
        ("java", "ReferenceClient.java", "method, target, Long", "method.toLowerCase(), target, Long", "SIGN-001"),
        ("ruby", "lib/transport.rb", "unless meant?(http.peer_cert)", "if http.nil?", "TLS-002"),
        ("ruby", "lib/poloniex_client.rb", "plain(amount) }", "amount.to_f.to_s }", "NUM-001"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_noticed(tmp_path, language, file, right, wrong, requirement):
    kit_of(language)
    example = CLIENTS[language]
    folder = copy_with_a_slip(tmp_path, example.folder, file, right, wrong)
    client = example.client(folder, tmp_path)
    report = judge(tmp_path, example.dialect, client, requirements=[requirement])
    assert statuses(report) == {requirement: "failed"}
