// For SDKs in Node whose one host is written into them, and whose requests to it are made to another place.
//
// What is replaced is the destination of a request and nothing else of it: host and port, the Host header that names them, and
// the TLS connection, for the harness speaks plain HTTP and its socket passes for one whose certificate has been checked.
// Method, path, other headers, body, the agent and its ideas of when a connection is kept stay the SDK's. Where a request goes
// depends on who makes it: all that is begun inside `led(baseUrl, work)` goes to that place.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

/** Lead requests to a host elsewhere: returns `led(baseUrl, work)`, which runs `work` with its requests led to `baseUrl`. */
function leadElsewhere(host) {
  const destination = new AsyncLocalStorage();
  const plain = new Set();
  const { request } = https;
  const { connect } = tls;

  https.request = function led(options, ...rest) {
    const baseUrl = destination.getStore();
    if (baseUrl === undefined || (options.hostname ?? options.host) !== host) return request.call(https, options, ...rest);
    const { hostname, port, host: named } = new URL(baseUrl);
    plain.add(named);
    const headers = Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [name, name.toLowerCase() === 'host' ? named : value]),
    );
    return request.call(https, Object.assign(options, { host: hostname, hostname, port: Number(port), headers }), ...rest);
  };

  tls.connect = function led(...given) {
    const [{ host: hostname, port } = {}] = given;
    if (!plain.has(`${hostname}:${port}`)) return connect.apply(tls, given);
    const socket = net.connect({ host: hostname, port });
    Object.assign(socket, { authorized: true, encrypted: true });
    socket.once('connect', () => socket.emit('secureConnect'));
    return socket;
  };

  // A proxy of the environment would be asked for the host itself, and would not know of its other place.
  process.env.NO_PROXY = [process.env.NO_PROXY ?? process.env.no_proxy, host].filter(Boolean).join(',');

  return (baseUrl, work) => destination.run(baseUrl, work);
}

module.exports = { leadElsewhere };
