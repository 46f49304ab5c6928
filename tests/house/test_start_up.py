"""What a start costs: nothing that the command at hand does not need."""

import subprocess
import sys

import pytest

HEAVY = {"aiohttp", "hypothesis", "jinja2", "rich", "pytest", "trustme", "orjson", "msgspec"}


def modules_after(code: str) -> set[str]:
    listing = "\nimport sys; print('\\n'.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code + listing], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "arguments", ["[]", "['--help']", "['--version']", "['test', '--help']", "['test', '--no-such-option']", "['nope']"]
)
def test_help_and_complaints_import_nothing_heavy(arguments: str) -> None:
    assert not HEAVY & modules_after(f"from harness.cli import main; main({arguments})")


def test_the_pytest_plugin_imports_nothing_heavy() -> None:
    assert not (HEAVY | {"mockserver", "signer"}) - {"pytest"} & modules_after("import harness.pytest_plugin")


def test_signing_on_the_command_line_needs_no_server() -> None:
    code = (
        "import os; os.environ |= {'NONCENSE_KEY': 'key', 'NONCENSE_SECRET': 'secret'}\n"
        "from harness.cli import main; assert main(['sign', '--dialect', 'exmo', '--target', '/v1.1/user_info']) == 0"
    )
    assert not {"aiohttp", "hypothesis", "rich"} & modules_after(code)


def test_adapter_authors_pay_for_the_standard_library_alone() -> None:
    assert not (HEAVY | {"click", "mockserver", "signer"}) & modules_after("import harness.adapter")


def test_this_check_sees_a_heavy_import() -> None:
    assert "rich" in modules_after("import rich")
