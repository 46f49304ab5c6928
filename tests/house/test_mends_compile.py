"""Every mend is code that its language takes: wrapped as a page's reader would use it, and handed to the compiler.

In Java and Go the names around a mend are known (`mends/`), so a method that does not exist is found as well; in the
other languages the parser is asked. What a language's tools are missing for is skipped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from harness.remedies import REMEDIES

pytestmark = pytest.mark.slow

CONTEXT = Path(__file__).with_name("mends")


def mends(language: str) -> list[tuple[str, str]]:
    """Return a name and the code of each remedy."""
    return [(f"Mend{number}", remedy.in_language(language)) for number, remedy in enumerate(REMEDIES)]


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"there is no {program}")


def run(arguments: Sequence[str], folder: Path, text: str = "") -> str:
    """Run a program; return what it complains of, "" where it does not."""
    done = subprocess.run(arguments, cwd=folder, input=text, capture_output=True, text=True, check=False, timeout=600)
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}" or f"status {done.returncode}"


# --- Python, Bash: one wrapping for all


@pytest.mark.parametrize(("name", "code"), mends("Python"))
def test_python_takes_it(name: str, code: str) -> None:
    head = "try:\n    pass\n" if code.startswith("except ") else ""
    inside = "".join(f"    {line}\n" for line in f"{head}{code}".splitlines())
    compile(f"async def used(self):\n{inside}", name, "exec")


@needs("bash")
@pytest.mark.parametrize(("name", "code"), mends("Bash"))
def test_bash_takes_it(name: str, code: str, tmp_path: Path) -> None:
    assert run(["bash", "-n"], tmp_path, code.replace("...;", ":;").replace("...", "")) == ""


# --- JavaScript, PHP: among the statements of a method, or a method itself


def in_a_class(code: str, *, head: str, method: str) -> Iterator[str]:
    """Yield a class with the mend as a method, in one, and behind a block that may fail."""
    for inside in (code, f"{method} {{ {code}\n }}", f"{method} {{ try {{ }} {code}\n }}"):
        yield f"{head} {{ {inside}\n }}\n"


@needs("node")
@pytest.mark.parametrize(("name", "code"), mends("JavaScript"))
def test_node_takes_it(name: str, code: str, tmp_path: Path) -> None:
    own = "".join(f"{field}; " for field in sorted(set(re.findall(r"this\.(#\w+)", code)) - declared_in(code)))
    # Private names must be there where they are used.
    wrapped = (
        text.replace("{", f"{{ {own}", 1) for text in in_a_class(code, head="class Used", method="async used(lost)")
    )
    assert some_passes((code, *wrapped), lambda text: checked_by_node(text, tmp_path))


def checked_by_node(text: str, folder: Path) -> str:
    (folder / "mend.mjs").write_text(text, encoding="utf-8")
    return run(["node", "--check", "mend.mjs"], folder)


def some_passes(texts: Iterable[str], complain: Callable[[str], str]) -> bool:
    """Tell whether nothing is said of one of the texts; print what is said of all where it is not so."""
    complaints = []
    for text in texts:
        if not (complaint := complain(text)):
            return True
        complaints.append(complaint)
    print("\n".join(complaints))
    return False


def declared_in(code: str) -> set[str]:
    """Return the private names that a mend declares itself."""
    return set(re.findall(r"(?<!this\.)(#\w+)", code))


@needs("php")
@pytest.mark.parametrize(("name", "code"), mends("PHP"))
def test_php_takes_it(name: str, code: str, tmp_path: Path) -> None:
    wrapped = in_a_class(code, head="class Used", method="public function used()")
    assert some_passes((code, *wrapped), lambda text: run(["php", "-l"], tmp_path, f"<?php {text}"))


# --- Java


#: The names that mean different things in different mends: a sign of the meaning, and how it is declared then.
JAVA_NAMES = (
    (r"mac\.doFinal\(text\)", "byte[] text;", "String text;"),
    (r"lock\.lock\(\)", "java.util.concurrent.locks.ReentrantLock lock;", "Object lock;"),
    (r"Files\.|FileChannel", "Path path;", "String path;"),
    (r"ofString\(body\)", "String body;", "byte[] body;"),
    (r"value\.toString\(\)", "Object value;", "String value;"),
    (r"", "byte[] digest;", ""),
)
JAVA_IMPORTS = """\
import java.io.*; import java.math.*; import java.net.*; import java.net.http.*;
import java.net.http.HttpRequest.BodyPublishers; import java.nio.*; import java.nio.channels.*;
import java.nio.charset.*; import java.nio.file.*; import java.security.*; import java.time.*;
import java.time.format.DateTimeFormatter; import java.util.*; import java.util.concurrent.*;
import java.util.function.Supplier; import java.util.stream.Collectors; import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec; import javax.net.ssl.*;
import static java.nio.charset.StandardCharsets.UTF_8; import static java.nio.file.StandardOpenOption.*;
import static java.net.http.HttpResponse.BodyHandlers.ofString;
"""


def in_java(name: str, code: str) -> str:
    """Return a class with the mend: a member of it, or what one of its methods does."""
    member = re.match(r"public |private |@Override|\w+(<\w+>)? \w+\(\) \{", code)
    if code.startswith("catch"):
        inside = f"Object used() throws Exception {{ try {{ work(); }} {code}\n return null; }}"
    elif member is not None:
        inside = code
    else:
        gives = "Object" if re.search(r"\breturn ", code) else "void"
        inside = f"{gives} used() throws Exception {{ {code}\n }}"
    names = " ".join(one if re.search(sign, code) else other for sign, one, other in JAVA_NAMES)
    head = f"abstract class {name} extends Context implements AutoCloseable"
    return f"package mends;\n{JAVA_IMPORTS}{head} {{ {names}\n{inside}\n}}\n"


@needs("javac")
def test_java_compiles_them(tmp_path: Path) -> None:
    shutil.copy(CONTEXT / "Context.java", tmp_path)
    for name, code in mends("Java"):
        (tmp_path / f"{name}.java").write_text(in_java(name, code), encoding="utf-8")
    sources = sorted(path.name for path in tmp_path.glob("*.java"))
    options = ["-d", "classes", "-encoding", "UTF-8", "-proc:none", "-Xmaxerrs", "500"]
    assert run(["javac", *options, *sources], tmp_path) == ""


# --- Go


#: Name of a package to where it is.
GO_PACKAGES = {
    "base64": "encoding/base64", "bytes": "bytes", "context": "context", "errors": "errors", "fmt": "fmt",
    "hex": "encoding/hex", "hmac": "crypto/hmac", "http": "net/http", "io": "io", "json": "encoding/json",
    "os": "os", "rand": "crypto/rand", "sha256": "crypto/sha256", "sha512": "crypto/sha512", "sort": "sort",
    "strconv": "strconv", "strings": "strings", "sync": "sync", "syscall": "syscall", "time": "time",
    "tls": "crypto/tls", "unicode": "unicode", "url": "net/url", "utf8": "unicode/utf8", "x509": "crypto/x509",
}  # fmt: skip
GO_NAMES = (
    (r"text\.WriteString", "var text strings.Builder", ""),
    (r"mac\.Write\(text\)", "var text []byte", ""),
    (r"\btext\b(?!\.WriteString)(?!\)\nsign := hex\.EncodeToString\(mac)", "var text string", ""),
    (r"NewDecoder\(body\)", "var body io.Reader", "var body []byte"),
    (r"number\.String\(\)", "var number json.Number", "var number int64"),
    (r"limit\+1", "var limit int64", "var limit time.Duration"),
    (r"\burl\.", "", "var url string"),
)


def in_go(code: str) -> str:
    """Return a file with the mend: declarations, members of a struct, or what a function does."""
    bare = re.sub(r"//.*", "", code)
    names, seen = [], set()
    for sign, one, other in GO_NAMES:
        declaration = one if re.search(sign, code) else other
        if declaration and declaration.split()[1] not in seen:
            seen.add(declaration.split()[1])
            names.append(declaration)
    if re.match(r"func |type ", code):
        inside = code
    elif "`json:" in code:
        inside = f"type listed struct {{\n{code}\n}}"
    else:
        found = re.findall(r"(?:^|;)[ \t]*((?:\w+, )*\w+) :=", bare, re.MULTILINE)
        made = {name for names_ in found for name in names_.split(", ")} | set(
            re.findall(r"^var (\w+)", bare, re.MULTILINE)
        )
        kept = "".join(f"\t_ = {name}\n" for name in sorted(made - {"_"}))
        gives, end = ("(any, error)", "return nil, nil") if "return nil, " in code else ("error", "return nil")
        inside = f"func used() {gives} {{\n{code}\n{kept}\t{end}\n}}"
    whole = "\n".join((*names, inside.replace(code, bare)))
    used = sorted(path for name, path in GO_PACKAGES.items() if re.search(rf"(?<![\w.\"]){name}\.", whole))
    imports = "".join(f'import "{path}"\n' for path in used)
    return f"package mend\n\n{imports}\n{whole}\n"


@needs("go")
def test_go_compiles_them(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module mends\n\ngo 1.18\n", encoding="utf-8")
    for name, code in mends("Go"):
        folder = tmp_path / name.lower()
        folder.mkdir()
        shutil.copy(CONTEXT / "context.go", folder)
        (folder / "mend.go").write_text(in_go(code), encoding="utf-8")
    assert run(["go", "build", "-gcflags=-e", "./..."], tmp_path) == ""
