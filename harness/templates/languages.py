"""The languages that there is a kit for, and what a skeleton in each is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language.

    Attributes:
        name: What `--language` takes.
        kit: The kit's file among the kits.
        kit_at: Where it goes, from the skeleton's folder.
        adapter: What the adapter is called.
        program: What starts the adapter, from the skeleton's folder.
        build: What makes the program first, as one line of shell; "" for nothing.
        price: One row of the adapter's table of prices: {name}, {target} and {path} are put in, and {pad} aligns them.
        tools: What must be installed, as Debian calls it, for a build machine that has Python alone.
        install: How one usually installs an SDK's own dependencies.
        others: Other names that are understood.
    """

    name: str
    kit: str
    kit_at: str
    adapter: str
    program: tuple[str, ...]
    build: str = ""
    price: str
    tools: str = ""
    install: str
    others: tuple[str, ...] = ()


_ALL = (
    Language(
        name="python",
        kit="python/noncense_adapter.py",
        kit_at="noncense_adapter.py",
        adapter="adapter.py",
        program=("python3", "adapter.py"),
        price='    "{name}": ("{target}", "{path}"),',
        install="python -m pip install .",
        others=("py",),
    ),
    Language(
        name="node",
        kit="node/noncense-adapter.js",
        # CommonJS by name: in a package of "type": "module" a .js file is none.
        kit_at="noncense-adapter.cjs",
        adapter="adapter.cjs",
        program=("node", "adapter.cjs"),
        price="  {name}: ['{target}', '{path}'],",
        tools="nodejs npm",
        install="npm ci",
        others=("javascript", "js", "typescript", "ts"),
    ),
    Language(
        name="php",
        kit="php/noncense_adapter.php",
        kit_at="noncense_adapter.php",
        adapter="adapter.php",
        program=("php", "adapter.php"),
        price="    '{name}' => ['{target}', '{path}'],",
        tools="php-cli php-curl composer",
        install="composer install",
    ),
    Language(
        name="shell",
        kit="shell/noncense_adapter.bash",
        kit_at="noncense_adapter.bash",
        adapter="adapter.bash",
        program=("bash", "adapter.bash"),
        price="{name}|{target}|{path}",
        tools="curl jq",
        install="make",
        others=("bash", "sh"),
    ),
    Language(
        name="go",
        kit="go/noncense_adapter.go",
        kit_at="noncense/noncense_adapter.go",
        adapter="adapter.go",
        program=("./adapter",),
        build="go build -o adapter .",
        price='\t"{name}":{pad} {{"{target}", "{path}"}},',
        tools="golang-go",
        install="go mod download",
        others=("golang",),
    ),
    Language(
        name="java",
        kit="java/NoncenseAdapter.java",
        kit_at="NoncenseAdapter.java",
        adapter="Adapter.java",
        program=("java", "-cp", "build", "Adapter"),
        build="javac -encoding UTF-8 -d build NoncenseAdapter.java Adapter.java",
        price='        {{"{name}", "{target}", "{path}"}},',
        tools="default-jdk-headless",
        install="mvn -q package",
    ),
    Language(
        name="ruby",
        kit="ruby/noncense_adapter.rb",
        kit_at="noncense_adapter.rb",
        adapter="adapter.rb",
        program=("ruby", "adapter.rb"),
        price="  '{name}' => ['{target}', '{path}'],",
        tools="ruby ruby-dev",
        install="bundle install",
        others=("rb",),
    ),
)

LANGUAGES: Mapping[str, Language] = {language.name: language for language in _ALL}


def language_named(name: str) -> Language | None:
    """Return a language by its name or by another that is understood; None where there is no kit for it."""
    wanted = name.lower()
    return next((one for one in _ALL if wanted == one.name or wanted in one.others), None)
