"""A client under test that keeps to the contract but for one vice, named by its first argument."""

import json
import os
import signal
import subprocess
import sys
import threading

VICE = sys.argv[1]
DESCRIPTION = {
    "protocol": 1,
    "name": "evil",
    "version": "6",
    "language": "python",
    "dialects": ["reference"],
    "operations": ["balances", "raw"],
    "features": [] if VICE == "serial" else ["concurrent"],
}
MIB = 1024 * 1024
held = []


def write(data):
    while data:
        data = data[os.write(1, data) :]


def answer(number, result):
    write(json.dumps({"jsonrpc": "2.0", "id": number, "result": result}).encode() + b"\n")


def on_describe(number):
    match VICE:
        case "another-protocol":
            answer(number, DESCRIPTION | {"protocol": 2})
        case "operations-as-text":
            answer(number, DESCRIPTION | {"operations": "balances"})
        case "nameless":
            answer(number, {name: value for name, value in DESCRIPTION.items() if name != "name"})
        case "mute":
            signal.pause()
        case "from-the-future":
            answer(number, DESCRIPTION | {"features": ["concurrent", "telepathy"], "colour": "green"})
        case _:
            answer(number, DESCRIPTION)


def on_call(number, params):
    match VICE:
        case "exit":
            print("the end is near", file=sys.stderr, flush=True)
            os._exit(7)
        case "exit-in-peace":
            os._exit(0)
        case "exit-and-leave-a-child":
            subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
            os._exit(7)
        case "signal":
            os.kill(os.getpid(), signal.SIGTERM)
        case "close-stdout":
            os.close(1)
            signal.pause()
        case "half-a-line":
            write(b'{"jsonrpc": "2.0", "id"')
            os.close(1)
            signal.pause()
        case "freeze":
            signal.pause()
        case "hang":
            pass
        case "answer-late":
            if held:
                answer(held.pop(), {"ok": "late"})
                answer(number, {"ok": "in time"})
            else:
                held.append(number)
        case "print":
            write(b"debug: signing the request\n")
        case "blank-line":
            write(b"\n")
        case "nan":
            write(b'{"jsonrpc": "2.0", "id": %d, "result": {"ok": NaN}}\n' % number)
        case "invalid-utf-8":
            write(b'{"jsonrpc": "2.0", "id": %d, "result": {"ok": "\xff"}}\n' % number)
        case "deep":
            write(b"[" * 200_000 + b"]" * 200_000 + b"\n")
        case "batch":
            write(b'[{"jsonrpc": "2.0", "id": %d, "result": {}}]\n' % number)
        case "notify":
            write(b'{"jsonrpc": "2.0", "method": "hello"}\n')
        case "unknown-id":
            answer(number + 1000, {"ok": {}})
        case "null-id":
            answer(None, {"ok": {}})
        case "boolean-id":
            answer(True, {"ok": {}})
        case "text-id":
            answer(str(number), {"ok": {}})
        case "answer-twice":
            answer(number, {"ok": {}})
            answer(number, {"ok": {}})
        case "long-line":
            answer(number, {"ok": "x" * (9 * MIB)})
        case "longest-line":
            frame = len(json.dumps({"jsonrpc": "2.0", "id": number, "result": {"ok": ""}}))
            answer(number, {"ok": "x" * (8 * MIB - frame)})
        case "one-byte-too-long":
            frame = len(json.dumps({"jsonrpc": "2.0", "id": number, "result": {"ok": ""}}))
            answer(number, {"ok": "x" * (8 * MIB - frame + 1)})
        case "endless-line":
            while True:
                write(b"x" * MIB)
        case "flood":
            while True:
                answer(10**9, {"ok": {}})
        case "flood-stderr":
            os.write(2, b"THE BEGINNING\n")
            for _ in range(6 * 1024):
                os.write(2, b"x" * 1023 + b"\n")
            os.write(2, b"THE END\n")
            answer(number, {"ok": {}})
        case "json-rpc-error":
            print("wired wrong", file=sys.stderr, flush=True)
            write(json.dumps({"jsonrpc": "2.0", "id": number, "error": {"code": -1, "message": "oh"}}).encode() + b"\n")
        case "no-result":
            write(b'{"jsonrpc": "2.0", "id": %d}\n' % number)
        case "empty-result":
            answer(number, {})
        case "ok-and-error":
            answer(number, {"ok": {}, "error": {"kind": "nonce", "message": "no"}})
        case "invented-kind":
            answer(number, {"error": {"kind": "bad_luck", "message": "no"}})
        case "status-as-text":
            answer(number, {"error": {"kind": "nonce", "message": "no", "http_status": "422"}})
        case "no-message":
            answer(number, {"error": {"kind": "nonce"}})
        case "accept-everything" | "serial" | "from-the-future":
            answer(number, {"ok": {}})
        case "refuse-together":
            held.append(number)
            if len(held) > 2:
                write(b'{"jsonrpc": "2.0", "id": %d, "error": {"code": -2, "message": "one at a time"}}\n' % number)
            else:
                answer(number, {"ok": {}})
        case "environment":
            answer(number, {"ok": dict(os.environ)})
        case "children":
            child = subprocess.Popen(
                [sys.executable, "-c", "import os, signal; os.write(1, b'.'); signal.pause()"], stdout=subprocess.PIPE
            )
            child.stdout.read(1)
            answer(number, {"ok": child.pid})
        case "backwards":
            held.append((number, params["params"]))
            if len(held) == 3:
                for waiting, given in reversed(held):
                    answer(waiting, {"ok": given})
        case "read-no-more":
            if "big" in params["params"]:
                answer(number, {"ok": {}})
            else:
                answer(number, {"ok": {}})
                signal.pause()
        case "deaf":
            os.close(0)
            answer(number, {"ok": {}})
            signal.pause()
        case _:
            answer(number, {"ok": {"pid": os.getpid()}})


if VICE == "out-at-once":
    print("no such module", file=sys.stderr)
    sys.exit(1)
for line in sys.stdin.buffer:
    request = json.loads(line)
    if request["method"] == "describe":
        on_describe(request["id"])
    elif request["method"] == "call":
        on_call(request["id"], request["params"])
    elif request["method"] == "close" and VICE == "hang-in-closing":
        pass
    elif request["method"] == "open" and VICE == "refuse-to-open":
        answer(request["id"], {"error": {"kind": "authentication", "message": "a key has 32 characters"}})
    else:
        answer(request["id"], {})
if VICE == "stay":
    threading.Event().wait()
