// The client-under-test contract of noncense, version 1, for Node 10 and newer: no dependencies, one file to copy.
//
//     const { serve, ClientError, Skipped } = require('./noncense-adapter');
//     serve({
//       name: 'my-sdk', version: '1.4.0', dialects: ['bitunix'], operations: ['balances'], features: ['concurrent'],
//       open(target) {                        // the fields of the contract's `open`; may be async
//         return {
//           call(operation, params) { … },    // returns the `ok` value or throws ClientError or Skipped
//           close() { … },                    // may be left out
//           texts() { … },                    // may be left out: how the client's objects print, with feature `texts`
//         };
//       },
//     });
'use strict';

const fs = require('fs');
const net = require('net');

const PROTOCOL = 1;
const LINE_LIMIT = 8 * 1024 * 1024; // bytes, without the end of the line
const PARSE_ERROR = -32700;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const ADAPTER_BROKE = -32000;

/**
 * What the client under test reports as a failure. `kind` is one of the contract's; `unknown` is never wrong. `details` is
 * what else its user sees who prints the failure: searched for secrets, not judged otherwise.
 */
class ClientError extends Error {
  constructor(kind, message, { type, httpStatus, details } = {}) {
    super(message);
    this.name = 'ClientError';
    this.report = { error: { kind, message, type, http_status: httpStatus, details } };
  }
}

/** The client has no way to even try this call. */
class Skipped extends Error {
  constructor(reason, url = null) {
    super(reason);
    this.name = 'Skipped';
    this.report = { skipped: { reason, url } };
  }
}

/** A request that this adapter cannot serve: a JSON-RPC error with its code. */
class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Serve an adapter on stdin and stdout until stdin ends.
 *
 * Every request is served as soon as its line is complete and answered when it is done, so `describe` is answered even
 * while every call hangs. An adapter that does not promise `concurrent` gets its requests one after the other.
 */
function serve(adapter) {
  const answer = takeStdout();
  const sessions = new Map();
  const concurrent = adapter.features.includes('concurrent');
  let queue = Promise.resolve();

  const methods = {
    describe() {
      const { name, version, language = 'javascript', dialects, operations, features } = adapter;
      const { homepage, issues, http_stack: httpStack } = adapter;
      const optional = { homepage, issues, http_stack: httpStack };
      return { protocol: PROTOCOL, name, version, language, dialects, operations, features, ...optional };
    },
    async open({ session, ...target }) {
      if (sessions.has(session)) throw new Refusal(INVALID_PARAMS, `session ${session} is open already`);
      sessions.set(session, await adapter.open({ session, ...target }));
      const client = opened(session);
      return { texts: client.texts === undefined ? undefined : client.texts() };
    },
    async call({ session, operation, params }) {
      if (!adapter.operations.includes(operation)) {
        throw new Refusal(METHOD_NOT_FOUND, `this adapter has no operation ${operation}`);
      }
      const value = await opened(session).call(operation, params || {});
      return { ok: value === undefined ? null : value }; // JSON would leave the member out
    },
    async close({ session }) {
      const client = opened(session);
      sessions.delete(session);
      if (client.close !== undefined) await client.close();
      return {};
    },
  };

  function opened(session) {
    const client = sessions.get(session);
    if (client === undefined) throw new Refusal(INVALID_PARAMS, `no session ${session} is open`);
    return client;
  }

  async function respond({ id = null, method, params }) {
    try {
      if (!Object.keys(methods).includes(method)) throw new Refusal(METHOD_NOT_FOUND, `there is no method ${method}`);
      answer({ jsonrpc: '2.0', id, result: await methods[method](params || {}) });
    } catch (failure) {
      if (failure instanceof ClientError || failure instanceof Skipped) {
        answer({ jsonrpc: '2.0', id, result: failure.report });
        return;
      }
      if (!(failure instanceof Refusal)) console.error(failure);
      const code = failure instanceof Refusal ? failure.code : ADAPTER_BROKE;
      answer({ jsonrpc: '2.0', id, error: { code, message: told(failure) } });
    }
  }

  function take(line) {
    const request = parsed(line);
    if (request === undefined) {
      answer({ jsonrpc: '2.0', id: null, error: { code: PARSE_ERROR, message: 'a line that is not JSON' } });
      return;
    }
    if (concurrent || request.method === 'describe') respond(request);
    else queue = queue.then(() => respond(request));
  }

  linesOf(takeStdin(), take, async () => {
    await Promise.all([...sessions.keys()].map((session) => methods.close({ session }).catch(told)));
    process.exit(0);
  });
}

/** Return the request that a line holds; nothing where it is none. */
function parsed(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (notJson) {
    return undefined;
  }
}

/** Return a failure in one line: anything at all can be thrown. */
function told(failure) {
  return failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
}

/**
 * Keep stdout for the protocol: whatever the client prints goes to stderr instead.
 *
 * Answers are written synchronously, so that none is lost when the process ends right after.
 */
function takeStdout() {
  const own = moveAside();
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return (message) => {
    let rest = Buffer.from(`${JSON.stringify(message)}\n`);
    if (rest.length > LINE_LIMIT + 1) {
      throw new Refusal(ADAPTER_BROKE, `the answer takes ${rest.length} bytes, and a line may take ${LINE_LIMIT}`);
    }
    while (rest.length > 0) {
      try {
        rest = rest.subarray(fs.writeSync(own, rest));
      } catch (error) {
        if (error.code === 'EPIPE') process.exit(0);
        if (error.code !== 'EAGAIN') throw error; // a full pipe that does not block: the reader is about to empty it
      }
    }
  };
}

/**
 * Move descriptor 1 to another number and let it lead to stderr, for native code and for children that inherit it.
 *
 * Node has no dup: we open what 1 and 2 lead to once more, by name, and whatever is opened first after 1 was closed gets
 * its number. Where the system cannot open them so (stderr is a socket, there is no /dev/fd), we stay on descriptor 1.
 */
function moveAside() {
  let own = 1;
  try {
    own = fs.openSync('/dev/fd/1', 'w');
    replace(1, '/dev/fd/2', 'a');
  } catch (error) {
    if (error.syscall !== 'open') throw error;
  }
  return own;
}

/** The same for descriptor 0, so that no child of the client reads what is meant for us. */
function takeStdin() {
  try {
    const own = new net.Socket({ fd: fs.openSync('/dev/fd/0', 'r'), readable: true, writable: false });
    replace(0, '/dev/null', 'r');
    return own;
  } catch (error) {
    return process.stdin; // it is no pipe, or there is no /dev/fd
  }
}

function replace(descriptor, path, flags) {
  const there = fs.openSync(path, flags); // if that fails, nothing has been closed yet
  fs.closeSync(descriptor);
  fs.openSync(path, flags);
  fs.closeSync(there);
}

/** Hand over the lines of a stream. Chunks are kept apart until their line is complete: a line may take 8 MiB. */
function linesOf(stream, take, end) {
  let begun = [];
  stream.on('data', (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      begun.push(chunk.subarray(from, at));
      take(Buffer.concat(begun).toString('utf8'));
      begun = [];
      from = at + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  });
  stream.on('end', end);
}

module.exports = { serve, ClientError, Skipped };
