"""What holds for objects in our own process alone: how they are found, what of them is overheard and looked at."""

import logging
import sys
import threading
from pathlib import Path

import pytest

from harness.drivers import Driver, ObjectClient, ProgramClient, make_driver, program_of
from harness.drivers.driver import Failed, Succeeded
from harness.drivers.in_process import InProcessDriver
from harness.drivers.loading import load
from harness.drivers.subprocess import SubprocessDriver
from harness.errors import AdapterFault, UsageError
from tests.harness.drivers.driver_setup import PLENTY_S, TAME, in_process, target

SIMPLE = """
import sibling_of_{name}
class Adapter:
    name, version, language = {name!r}, "1", "python"
    dialects, operations, features = ("reference",), ("raw",), ()
    def open(self, target):
        self.opened = getattr(self, "opened", 0) + 1
        return Session(self)
class Session:
    def __init__(self, adapter):
        self.adapter = adapter
    def call(self, operation, params):
        return self.adapter.opened
    def close(self):
        pass
ADAPTER = Adapter()
OTHER = Adapter
"""


class Plain:
    """An adapter that counts its sessions."""

    name, version, language = "plain", "1", "python"
    dialects, operations, features = ("reference",), ("raw",), ()

    def __init__(self) -> None:
        self.opened = 0

    def open(self, target: object) -> "Plain":
        self.opened += 1
        return self

    def call(self, operation: str, params: object) -> object:
        return self.opened

    def close(self) -> None:
        pass


HELD = Plain()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an adapter file and a sibling that it imports."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    name = f"found_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(SIMPLE.format(name=name))
    (tmp_path / f"sibling_of_{name}.py").write_text("")
    return tmp_path / f"{name}.py"


def opened(driver: Driver) -> object:
    driver.open("a", target())
    reply = driver.call("a", "raw", {}, limit_s=PLENTY_S).reply
    assert isinstance(reply, Succeeded)
    driver.close("a")
    return reply.value


def test_an_adapter_is_found_in_a_file_with_its_siblings(folder: Path) -> None:
    driver = in_process(str(folder))
    assert driver.describe("reference").name == folder.stem
    driver.shutdown()


@pytest.mark.parametrize("name", ["ADAPTER", "OTHER"])
def test_an_adapter_is_found_in_a_module_of_the_working_folder(folder: Path, name: str) -> None:
    driver = in_process(f"{folder.stem}:{name}")
    assert driver.describe("reference").name == folder.stem
    driver.shutdown()


def test_a_file_may_hold_several_adapters(folder: Path) -> None:
    driver = in_process(f"{folder}:OTHER")
    assert driver.describe("reference").name == folder.stem
    driver.shutdown()


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("no/such/file.py", "no file"),
        ("no_such_module:ADAPTER", "no module"),
        ("no-such-name", "neither a file"),
        (f"{TAME}:NOBODY", "defines no NOBODY"),
        (__file__, "defines no ADAPTER"),
    ],
)
def test_a_reference_that_leads_nowhere_is_wrong_usage(reference: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        load(reference)


@pytest.mark.parametrize("line", ["1 / 0", "import there_is_no_such_sdk", "syntax error here", "raise SystemExit(4)"])
def test_a_file_that_cannot_be_loaded_is_the_adapters_fault(folder: Path, line: str) -> None:
    folder.write_text(line)
    with pytest.raises(AdapterFault) as caught:
        load(str(folder))
    assert (caught.value.kind, "Traceback" in caught.value.stderr) == ("raised", True)


def test_a_restart_reads_a_file_anew(folder: Path) -> None:
    driver = in_process(str(folder))
    assert [opened(driver), opened(driver)] == [1, 2]
    driver.restart(kill=True)
    assert opened(driver) == 1
    driver.shutdown()


def test_a_restart_makes_a_new_adapter_from_a_callable() -> None:
    driver = in_process(Plain)
    assert [opened(driver), opened(driver)] == [1, 2]
    driver.restart(kill=False)
    assert opened(driver) == 1
    driver.shutdown()


def test_an_object_that_was_handed_over_survives_a_restart_as_it_is() -> None:
    driver = in_process(HELD)
    before = opened(driver)
    driver.restart(kill=True)
    assert isinstance(before, int)
    assert opened(driver) == before + 1
    driver.shutdown()


def test_each_kind_of_client_has_its_driver() -> None:
    made = [make_driver(ProgramClient(argv=("true",))), make_driver(ObjectClient(reference=HELD))]
    assert [type(driver) for driver in made] == [SubprocessDriver, InProcessDriver]
    assert [driver.form for driver in made] == ["program", "in-process"]
    for driver in made:
        driver.shutdown()


@pytest.mark.parametrize("reference", ["file", HELD, Plain], ids=["file", "object", "class"])
def test_an_object_that_can_be_found_again_runs_as_a_program_too(reference: object, folder: Path) -> None:
    client = program_of(ObjectClient(reference=str(folder) if reference == "file" else reference))
    assert client is not None
    driver = make_driver(client)
    assert opened(driver) == 1
    driver.restart(kill=True)
    assert opened(driver) == 1
    driver.shutdown()


def test_an_object_that_nobody_holds_has_no_program() -> None:
    class Local(Plain):
        pass

    assert program_of(ObjectClient(reference=Plain())) is None
    assert program_of(ObjectClient(reference=Local)) is None


def test_a_reference_that_leads_nowhere_ends_its_program_with_a_word() -> None:
    driver = make_driver(ProgramClient(argv=(sys.executable, "-m", "harness.drivers", "no/such/file.py")))
    with pytest.raises(AdapterFault) as caught:
        driver.describe("reference")
    driver.shutdown()
    assert (caught.value.kind, caught.value.stderr) == ("exited", "there is no file no/such/file.py")


def test_details_hold_what_a_failure_shows_besides_its_message() -> None:
    driver = in_process(f"{TAME}:SYNC")
    driver.open("a", target())
    reply = driver.call("a", "withdraw", {}, limit_s=PLENTY_S).reply
    driver.shutdown()
    assert isinstance(reply, Failed)
    assert "insufficient, said the wire" in reply.details, "the cause"
    assert "the direct cause of the following" in reply.details, "how it came to it"
    assert "insufficient" not in reply.message


def test_texts_show_the_clients_objects_and_pass_over_what_the_adapter_keeps() -> None:
    driver = in_process(f"{TAME}:SYNC")
    driver.open("a", target())
    texts = driver.texts("a")
    assert "<LibraryClient secret=the secret of the session>" in texts
    assert [text for text in texts if "the secret" in text] == ["<LibraryClient secret=the secret of the session>"]
    driver.close("a")
    assert driver.texts("a") == ()
    driver.shutdown()


def test_an_object_that_cannot_print_itself_is_borne() -> None:
    class Unprintable(Plain):
        def __repr__(self) -> str:
            raise ValueError("never")

    driver = in_process(Unprintable())
    driver.open("a", target())
    assert driver.texts("a") == ("Unprintable cannot be printed: never",)
    driver.shutdown()


def test_others_print_undisturbed_while_a_client_is_driven(capsys: pytest.CaptureFixture[str]) -> None:
    started, printed = threading.Event(), threading.Event()

    class Slow(Plain):
        def call(self, operation: str, params: object) -> object:
            print("the client speaks")
            started.set()
            return printed.wait(PLENTY_S)

    def print_meanwhile() -> None:
        started.wait(PLENTY_S)
        print("somebody else speaks")
        printed.set()

    bystander = threading.Thread(target=print_meanwhile)
    bystander.start()
    driver = in_process(Slow())
    assert opened(driver) is True
    bystander.join()
    assert capsys.readouterr().out == "somebody else speaks\n"
    assert driver.stderr_since(0) == "the client speaks\n"
    driver.shutdown()


def test_two_clients_are_overheard_side_by_side() -> None:
    together = threading.Barrier(2)

    class Speaker(Plain):
        def call(self, operation: str, params: object) -> object:
            together.wait(PLENTY_S)
            print(f"I am {threading.get_ident()}")
            together.wait(PLENTY_S)
            return f"I am {threading.get_ident()}\n"

    drivers = [in_process(Speaker()), in_process(Speaker())]
    said: dict[int, object] = {}
    callers = [
        threading.Thread(target=lambda n=n, driver=driver: said.update({n: opened(driver)}))
        for n, driver in enumerate(drivers)
    ]
    before = sys.stdout
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sys.stdout is before
    assert [driver.stderr_since(0) for driver in drivers] == [said[0], said[1]]
    for driver in drivers:
        driver.shutdown()


def test_a_client_that_prints_without_end_costs_bounded_memory() -> None:
    class Chatty(Plain):
        def call(self, operation: str, params: object) -> object:
            print("x" * 10_000_000)
            return None

    driver = in_process(Chatty())
    assert opened(driver) is None
    text = driver.stderr_since(0)
    driver.shutdown()
    assert text.splitlines()[0].endswith("bytes forgotten]")
    assert 4_000_000 < len(text) < 4_200_000


def test_our_own_log_is_not_held_against_a_client() -> None:
    class Logging(Plain):
        def call(self, operation: str, params: object) -> object:
            for name in ("sdk", "mockserver", "harness.run", "aiohttp.access", "aiohttp.client", "signers"):
                logging.getLogger(name).warning("%s", name)
            return None

    driver = in_process(Logging())
    assert opened(driver) is None
    driver.shutdown()
    assert driver.stderr_since(0).splitlines() == [
        "WARNING:sdk:sdk",
        "WARNING:aiohttp.client:aiohttp.client",
        "WARNING:signers:signers",
    ]


def test_logging_is_as_it_was_when_a_driver_has_gone() -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    driver = in_process(HELD)
    driver.open("a", target(debug=True))
    assert root.level == logging.DEBUG
    driver.shutdown()
    assert (root.level, root.handlers) == before
