"""Who may import whom: the map of ARCHITECTURE.md, enforced."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("signer", "mockserver", "harness")

#: Doors through which the outside world would enter a part that must not know of it.
WORLD = {
    "aiohttp",
    "asyncio",
    "os",
    "pathlib",
    "secrets",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "uuid",
}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield (line, module, imported names) for every import, wherever it stands."""
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                yield node.lineno, ".".join([*above, *([node.module] if node.module else [])]), names
            else:
                yield node.lineno, node.module or "", names


def offences(folder: str, allowed: object) -> list[str]:
    assert callable(allowed)
    return [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources(folder)
        for line, module, names in imports(path)
        if not allowed(path, module, names)
    ]


def top(module: str) -> str:
    return module.partition(".")[0]


def within(module: str, *parents: str) -> bool:
    return any(module == parent or module.startswith(parent + ".") for parent in parents)


def test_the_signer_imports_the_standard_library_and_itself() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return within(module, "signer") or top(module) in sys.stdlib_module_names

    assert offences("signer", allowed) == []


def test_the_signer_never_looks_at_a_clock_or_a_disk_and_throws_no_dice() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return top(module) not in (WORLD - {"threading"}) | {"random"}

    assert offences("signer", allowed) == []


def test_the_core_knows_neither_sockets_nor_clocks_nor_disks() -> None:
    # Locks are no door to the world: the journal is read from other threads.
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        if within(module, "mockserver"):
            return within(module, "mockserver.core", "mockserver.errors", "mockserver.settings")
        return top(module) == "signer" or (top(module) not in WORLD - {"threading"} and top(module) != "harness")

    assert offences("mockserver/core", allowed) == []


@pytest.mark.parametrize("folder", ["mockserver/core", "mockserver/dialects", "signer"])
def test_chance_enters_only_as_an_argument(folder: str) -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return module != "random" or names == ("Random",)

    assert offences(folder, allowed) == []


def test_dialects_import_the_core_and_never_the_wire() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        if within(module, "mockserver"):
            return within(module, "mockserver.core", "mockserver.dialects", "mockserver.errors")
        return top(module) == "signer" or (top(module) not in WORLD and top(module) != "harness")

    assert offences("mockserver/dialects", allowed) == []


def test_the_wire_alone_imports_aiohttp() -> None:
    # And a program that is measured for what aiohttp's client does; nobody imports it.
    doors = {ROOT / "mockserver" / "wire", ROOT / "harness" / "stacks" / "programs"}

    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return top(module) != "aiohttp" or not doors.isdisjoint(path.parents)

    assert [offence for folder in PACKAGES for offence in offences(folder, allowed)] == []


def test_the_exchange_knows_nothing_of_the_harness() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return top(module) not in {"harness", "hypothesis", "rich", "click", "pytest"}

    assert offences("mockserver", allowed) == []


def test_the_harness_uses_the_public_face_of_the_exchange() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return top(module) != "mockserver" or module == "mockserver"

    assert offences("harness", allowed) == []


def test_the_harness_uses_the_public_faces_of_the_signer() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return top(module) != "signer" or module in {"signer", "signer.dialects", "signer.doctor"}

    assert offences("harness", allowed) == []


def test_adapter_authors_import_next_to_nothing() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return path.name != "adapter.py" or top(module) in sys.stdlib_module_names

    assert [offence for offence in offences("harness", allowed) if offence.startswith("harness/adapter.py")] == []


def test_reports_listen_to_events_and_reach_no_further() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return top(module) not in PACKAGES or within(
            module, "harness.reports", "harness.events", "harness.errors", "harness.version", "harness.drivers.driver"
        )

    assert offences("harness/reports", allowed) == []


def test_nobody_imports_the_tests() -> None:
    def allowed(path: Path, module: str, names: tuple[str, ...]) -> bool:
        return top(module) != "tests"

    assert [offence for folder in (*PACKAGES, "examples", "adapters") for offence in offences(folder, allowed)] == []


def test_a_package_face_holds_imports_and_nothing_else() -> None:
    # Two faces load their names on demand, so that pytest and help start without what they do not need.
    def is_face(node: ast.stmt) -> bool:
        if isinstance(node, ast.Import | ast.ImportFrom):
            return True
        if isinstance(node, ast.Assign):
            return {getattr(target, "id", "") for target in node.targets} <= {"__all__", "_HOMES"}
        if isinstance(node, ast.If):
            return ast.unparse(node.test) == "TYPE_CHECKING" and all(is_face(inner) for inner in node.body)
        if isinstance(node, ast.FunctionDef):
            return node.name in {"__getattr__", "__dir__"}
        return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)

    crowded = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in PACKAGES
        for path in sources(folder)
        if path.name == "__init__.py"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if not is_face(node)
    ]
    assert crowded == []


def test_there_is_no_drawer() -> None:
    drawers = {"util", "utils", "helper", "helpers", "common", "base", "manager", "misc"}
    assert [path for folder in PACKAGES for path in sources(folder) if path.stem in drawers] == []


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import aiohttp", "aiohttp"),
        ("from aiohttp import web", "aiohttp"),
        ("def f():\n    import aiohttp.web", "aiohttp.web"),
        ("from . import sibling", "mockserver.core"),
        ("from ..wire import app", "mockserver.wire"),
    ],
)
def test_an_import_is_seen_wherever_it_stands(
    source: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "mockserver" / "core" / "gate.py"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    assert [found for _, found, _ in imports(path)] == [module]
