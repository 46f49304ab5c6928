// One request out, one answer in: by node:http, or by fetch.
'use strict';

const http = require('node:http');

const { Failure } = require('./reading');

const LARGEST = 64 * 1024 * 1024;

function left(deadline) {
  return Math.max(1, Math.ceil(deadline - performance.now()));
}

/** Every request has a connection of its own, and nothing is followed or sent again. */
function sendByHttp(base, { method, target, headers, body }, { deadline, length }) {
  const url = new URL(base);
  return new Promise((resolve, reject) => {
    let request;
    const fail = (kind, message) => {
      clearTimeout(timer);
      request?.destroy();
      reject(new Failure(kind, message));
    };
    const timer = setTimeout(() => fail('timeout', 'no answer in time'), left(deadline));
    const framing = method === 'GET' ? {} : { 'Content-Length': length };
    const host = url.hostname;
    try {
      request = http.request({ host, port: url.port, method, path: target, agent: false, headers: { ...headers, ...framing } });
    } catch {
      fail('invalid_request', 'the request holds what HTTP cannot carry');
      return;
    }
    request.on('error', (error) => fail(error.code?.startsWith('HPE_') ? 'bad_response' : 'network', `no answer: ${error.code}`));
    request.on('response', (response) => {
      const pieces = [];
      let size = 0;
      response.on('data', (piece) => {
        size += piece.length;
        if (size > LARGEST) fail('bad_response', 'the answer is too large');
        pieces.push(piece);
      });
      response.on('error', () => fail('network', 'the answer was cut off'));
      response.on('end', () => {
        clearTimeout(timer);
        if (!response.complete) fail('network', 'the answer was cut off');
        resolve({ status: response.statusCode, text: Buffer.concat(pieces).toString('utf8') });
      });
    });
    request.end(Buffer.from(body, 'utf8'));
  });
}

async function sendByFetch(base, { method, target, headers, body }, { deadline, follow }) {
  try {
    const answer = await fetch(base + target, {
      method,
      headers,
      body: method === 'GET' ? undefined : Buffer.from(body, 'utf8'),
      redirect: follow ? 'follow' : 'manual',
      signal: AbortSignal.timeout(left(deadline)),
    });
    return { status: answer.status, text: Buffer.from(await answer.arrayBuffer()).toString('utf8') };
  } catch (error) {
    if (error.name === 'TimeoutError') throw new Failure('timeout', 'no answer in time');
    const code = error.cause?.code ?? '';
    throw new Failure(code.startsWith('HPE_') ? 'bad_response' : 'network', `no answer: ${code || error.name}`);
  }
}

module.exports = { sendByFetch, sendByHttp };
