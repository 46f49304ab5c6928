// Leads a Node program's connections to the mock exchange; NODE_OPTIONS requires this file before any other.
//
// What it is told stands in the environment, as preloads/python/sitecustomize.py describes it. What it needs is as old
// as Node 10.
"use strict";
const fs = require("fs");
const net = require("net");
const os = require("os");
const tls = require("tls");

const told = process.env;
const leading = told.NONCENSE_LED_HOSTS !== undefined;
const hosts = new Set((told.NONCENSE_LED_HOSTS || "").split(",").filter(Boolean));
const noted = new Set();

const nameOf = (host) => String(host === undefined || host === null ? "" : host).toLowerCase().replace(/\.$/, "");
const kept = new Set((told.NONCENSE_LED_KEPT || "").split(",").map(Number));
const doorOf = (port) =>
  kept.has(port) ? port : Number(port === 80 || port === 8080 ? told.NONCENSE_LED_PLAIN : told.NONCENSE_LED_TLS);
const isNear = (name) =>
  ["", "localhost", "::", "::1", "0.0.0.0", os.hostname().toLowerCase()].includes(name) ||
  name.endsWith(".localhost") || /^(::ffff:)?127\.[0-9.]+$/.test(name);

function stray(host, port) {
  const line = JSON.stringify({ host, port, how: "from inside node" });
  if (!told.NONCENSE_LED_STRAYS || noted.has(line) || noted.size >= 100) return;
  noted.add(line);
  try {
    fs.appendFileSync(told.NONCENSE_LED_STRAYS, line + "\n");
  } catch (problem) {
    // who cannot write says nothing: the program must not be disturbed by that
  }
}

function refuse(socket, host, port) {
  stray(host, port);
  const problem = new Error(`connect ENETUNREACH ${host}:${port} - noncense: nothing leaves this machine`);
  Object.assign(problem, { code: "ENETUNREACH", errno: -os.constants.errno.ENETUNREACH, syscall: "connect" });
  socket.connecting = true;
  process.nextTick(() => socket.destroy(problem));
  return socket;
}

if (leading) {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...given) {
    // Node's own callers hand over one array, [options, callback], which it marks as its own: it is changed in place.
    const list = Array.isArray(given[0]) ? given[0] : given;
    const options = list[0];
    const byOptions = options !== null && typeof options === "object";
    if (byOptions ? options.path : typeof options === "string" && isNaN(Number(options))) return connect.apply(this, given);
    const host = byOptions ? options.host : typeof list[1] === "string" ? list[1] : "";
    const port = Number(byOptions ? options.port : options);
    const name = nameOf(host);
    if (hosts.has(name)) {
      const led = { host: "127.0.0.1", port: doorOf(port) };
      if (byOptions) {
        const changed = Object.assign({}, options, led, { servername: options.servername || options.host });
        delete changed.lookup;
        list[0] = changed;
      } else {
        list[0] = led.port;
        list[1] = led.host;
      }
    } else if (!isNear(name)) {
      return refuse(this, name, port || 0);
    }
    return connect.apply(this, given);
  };
}

if (told.NONCENSE_LED_CA) {
  // Who names the authorities it trusts itself is not helped by NODE_EXTRA_CA_CERTS.
  const create = tls.createSecureContext;
  tls.createSecureContext = function (options, ...rest) {
    if (!options || !options.ca) return create.call(this, options, ...rest);
    const ours = fs.readFileSync(told.NONCENSE_LED_CA);
    return create.call(this, Object.assign({}, options, { ca: [].concat(options.ca, ours) }), ...rest);
  };
}
