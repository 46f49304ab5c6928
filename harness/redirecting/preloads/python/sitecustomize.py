"""Leads a Python program's connections to the mock exchange; PYTHONPATH names the folder that this file is in.

Every interpreter that starts runs it, perhaps an old one: it needs Python 3.6, which wants some annotations in quotes,
and the standard library. Modules are changed when the program imports them, and not before. What it is told stands in
the environment:

* `NONCENSE_LED_CA`: the authority's certificate, which every TLS context trusts besides what it is told to.
* `NONCENSE_LED_HOSTS`: names, with commas between; absent where connections are not to be led at all.
* `NONCENSE_LED_TLS`, `NONCENSE_LED_PLAIN`: the ports that lead to the exchange, with TLS and without.
* `NONCENSE_LED_KEPT`: ports that are the exchange's own already, with commas between.
* `NONCENSE_LED_STRAYS`: a file for a line of JSON about each host that was asked for and is nobody's here.
"""

import contextlib
import os
import sys
from importlib import machinery, util

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing alone would take longer to load than all of this
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

_CA = os.environ.get("NONCENSE_LED_CA", "")
_LEADING = "NONCENSE_LED_HOSTS" in os.environ
_HOSTS = frozenset(filter(None, os.environ.get("NONCENSE_LED_HOSTS", "").split(",")))
_TLS = int(os.environ.get("NONCENSE_LED_TLS", "0"))
_PLAIN = int(os.environ.get("NONCENSE_LED_PLAIN", "0"))
_KEPT = frozenset(map(int, filter(None, os.environ.get("NONCENSE_LED_KEPT", "").split(","))))
_STRAYS = os.environ.get("NONCENSE_LED_STRAYS", "")
#: Ports at which TLS is not to be expected.
_CLEAR = (80, 8080)
#: Where a led host is said to be while nobody has said at which port; `connect` knows it again.
_ANYWHERE = "127.83.83.83"
_HERE = "127.0.0.1"
_MOST_NOTED = 100
_noted: "set[tuple[str, int]]" = set()


def _text(host: "Any") -> str:
    if isinstance(host, (bytes, bytearray)):
        host = bytes(host).decode("ascii", "replace")
    return host.lower().rstrip(".") if isinstance(host, str) else ""


def _port(port: "Any") -> int:
    known = {"https": 443, "http": 80}
    try:
        return known.get(port) or int(port or 0)
    except (TypeError, ValueError):
        return 0


def _door(port: int) -> int:
    if port in _KEPT:
        return port
    return _PLAIN if port in _CLEAR else _TLS


def _stray(host: str, port: int) -> None:
    """Write a host down; who cannot write says nothing, for that must not disturb the program."""
    if (host, port) in _noted or len(_noted) >= _MOST_NOTED or not _STRAYS:
        return
    _noted.add((host, port))
    import json

    line = json.dumps({"host": host, "port": port, "how": "from inside python"}) + "\n"
    with contextlib.suppress(OSError), open(_STRAYS, "ab", buffering=0) as file:
        file.write(line.encode("ascii"))


def _near(host: str) -> bool:
    """Tell whether a name or an address is this machine's own, or none at all."""
    if host in ("", "localhost", "::", "::1", "0.0.0.0") or host.endswith(".localhost"):  # noqa: S104 - compared
        return True
    if host.startswith(("127.", "::ffff:127.")) and not host.strip("0123456789.:f"):
        return True
    import socket

    return host == socket.gethostname().lower()


def _numeric(socket: "ModuleType", host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError, ValueError):
            socket.inet_pton(family, host.partition("%")[0])
            return True
    return False


def _change_socket(socket: "Any") -> None:
    real_lookup, real_by_name, real_by_name_ex = socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

    def unknown(host: str, port: int) -> Exception:
        _stray(host, port)
        error: Exception = socket.gaierror(socket.EAI_NONAME, "noncense: nothing leaves this machine: " + host)
        return error

    def getaddrinfo(host: "Any", port: "Any", *arguments: "Any", **options: "Any") -> "Any":
        name = _text(host)
        if name in _HOSTS:
            wanted = _port(port)
            return real_lookup(_HERE if wanted else _ANYWHERE, _door(wanted) if wanted else port, *arguments, **options)
        if _near(name) or _numeric(socket, name):
            return real_lookup(host, port, *arguments, **options)
        raise unknown(name, _port(port))

    def gethostbyname(host: "Any") -> "Any":
        name = _text(host)
        if name in _HOSTS:
            return _ANYWHERE
        if _near(name) or _numeric(socket, name):
            return real_by_name(host)
        raise unknown(name, 0)

    def gethostbyname_ex(host: "Any") -> "Any":
        return (host, [], [gethostbyname(host)]) if _text(host) in _HOSTS else real_by_name_ex(gethostbyname(host))

    def led(self: "Any", address: "Any") -> "Any":
        if self.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple) or len(address) < 2:
            return address
        if self.type & 0xF != socket.SOCK_STREAM:
            return address
        name, port = _text(address[0]), _port(address[1])
        if name in _HOSTS or name == _ANYWHERE:
            return (_HERE, _door(port))
        if _near(name):
            return address
        if not _numeric(socket, name):
            raise unknown(name, port)
        _stray(name, port)
        import errno

        raise OSError(errno.ENETUNREACH, "noncense: nothing leaves this machine: " + name)

    def connect(self: "Any", address: "Any") -> "Any":
        return real_connect(self, led(self, address))

    def connect_ex(self: "Any", address: "Any") -> "Any":
        try:
            address = led(self, address)
        except OSError as problem:
            if isinstance(problem, socket.gaierror):
                raise
            return problem.errno
        return real_connect_ex(self, address)

    socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex = getaddrinfo, gethostbyname, gethostbyname_ex
    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex


def _change_ssl(ssl: "Any") -> None:
    real_locations, real_defaults = ssl.SSLContext.load_verify_locations, ssl.SSLContext.load_default_certs
    real_paths = ssl.SSLContext.set_default_verify_paths

    def trusting(real: "Callable[..., Any]") -> "Callable[..., Any]":
        def trusts(self: "Any", *arguments: "Any", **options: "Any") -> "Any":
            found = real(self, *arguments, **options)
            real_locations(self, cafile=_CA)
            return found

        return trusts

    ssl.SSLContext.load_verify_locations = trusting(real_locations)
    ssl.SSLContext.load_default_certs = trusting(real_defaults)
    ssl.SSLContext.set_default_verify_paths = trusting(real_paths)


def _change_certifi(certifi: "Any") -> None:
    def where() -> str:
        return _CA

    def contents() -> str:
        with open(_CA, encoding="ascii") as file:
            return file.read()

    for module in (certifi, getattr(certifi, "core", None)):
        if module is not None:
            module.where, module.contents = where, contents


def _change_aiohttp_resolver(resolver: "Any") -> None:
    """Have names looked up by way of the socket module, where a library of C would do it by itself."""
    resolver.DefaultResolver = resolver.ThreadedResolver


def _change_uvloop(uvloop: "Any") -> None:
    """Do for a loop that looks names up and connects without the socket module what is done there."""
    import socket

    real_connection = uvloop.Loop.create_connection

    async def getaddrinfo(self: "Any", host: "Any", port: "Any", **options: "Any") -> "Any":
        return await self.run_in_executor(None, lambda: socket.getaddrinfo(host, port, **options))

    async def create_connection(
        self: "Any", factory: "Any", host: "Any" = None, port: "Any" = None, **options: "Any"
    ) -> "Any":
        name = _text(host)
        if name in _HOSTS or name == _ANYWHERE:
            if options.get("ssl") and options.get("server_hostname") is None:
                options["server_hostname"] = host
            host, port = _HERE, _door(_port(port))
        elif host is not None and not _near(name):
            socket.getaddrinfo(host, port)  # a name ends here
            with socket.socket() as one:
                one.connect((name, _port(port)))  # and an address here
        return await real_connection(self, factory, host, port, **options)

    uvloop.Loop.getaddrinfo, uvloop.Loop.create_connection = getaddrinfo, create_connection


_CHANGES: "dict[str, Callable[[Any], None]]" = {}
if _CA:
    _CHANGES.update({"ssl": _change_ssl, "certifi": _change_certifi})
if _LEADING:
    _CHANGES.update({"socket": _change_socket, "aiohttp.resolver": _change_aiohttp_resolver, "uvloop": _change_uvloop})


class _Finder:
    """Finds what others find, and has it changed once it is loaded."""

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        change = _CHANGES.get(name)
        if change is None:
            return None
        for finder in list(sys.meta_path):
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = None if find is None else find(name, path, target)
            if spec is not None and hasattr(spec.loader, "exec_module"):
                _changed_when_loaded(spec.loader, change)
            if spec is not None:
                return spec
        return None


def _changed_when_loaded(loader: "Any", change: "Callable[[Any], None]") -> None:
    real = loader.exec_module

    def exec_module(module: "Any") -> None:
        real(module)
        with contextlib.suppress(AttributeError):  # another version of it, with nothing there to change
            change(module)

    loader.exec_module = exec_module


def _give_way() -> None:
    """Run the sitecustomize that would have been run without this one, and leave no trace on the path of modules."""
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != own]
    spec = machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if _CHANGES:
    for _name, _change in _CHANGES.items():
        if _name in sys.modules:
            _change(sys.modules[_name])
    sys.meta_path.insert(0, _Finder())
_give_way()
