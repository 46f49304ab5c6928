'use strict';

const http = require('node:http');
const https = require('node:https');

const { BitunixError } = require('./errors');

const USER_AGENT = 'bitunix-node-example/1.0.0';

const LARGEST_ANSWER = 64 * 1024 * 1024;

const TLS_ERROR = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)|EPROTO/;

/**
 * Send one request, once, and return its answer.
 *
 * We use `http.request` and not `fetch`, because `fetch` follows redirects and takes our key and signature along. Each
 * request has a connection of its own: a kept one may be closed by the exchange just as we write, and then nobody
 * knows whether the order arrived.
 *
 * @param {URL} url
 * @param {{method: string, target: string, headers: object, body: string, deadline: number, ca?: Buffer}} request
 *   `target` is written as it is; `deadline` is milliseconds of `performance.now()`, for everything from the look-up of
 *   the name to the last byte of the answer
 * @returns {Promise<{status: number, text: string}>}
 */
function send(url, { method, target, headers, body, deadline, ca }) {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body, 'utf8');
    const options = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      method,
      path: target,
      agent: false,
      ca,
      headers: { 'User-Agent': USER_AGENT, ...headers, ...(method === 'GET' ? {} : { 'Content-Length': bytes.length }) },
    };
    let request;
    const fail = (kind, message) => {
      clearTimeout(timer);
      request?.destroy();
      reject(new BitunixError(kind, message));
    };
    const left = Math.max(1, deadline - performance.now());
    const timer = setTimeout(() => fail('timeout', 'the exchange did not answer in time'), left);
    try {
      request = (url.protocol === 'https:' ? https : http).request(options);
    } catch {
      // Node names the offending value in its message; a header's value is nothing for a log.
      fail('invalid_request', 'the request holds characters that HTTP cannot carry');
      return;
    }
    request.on('error', (error) => fail(kindOfError(error), `no answer: ${error.code ?? error.message}`));
    request.on('response', (response) => {
      if (url.protocol === 'https:' && !framed(response)) {
        fail('bad_response', 'the answer has no length, so nobody could see that it was cut off');
        return;
      }
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size > LARGEST_ANSWER) fail('bad_response', 'the answer is larger than any that we know of');
        else chunks.push(chunk);
      });
      response.on('error', () => fail('network', 'the answer was cut off'));
      response.on('end', () => {
        clearTimeout(timer);
        if (!response.complete) return fail('network', 'the answer was cut off');
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.end(bytes);
  });
}

/**
 * Tell whether an answer says where it ends. Without that it ends with its connection, and Node does not tell whether
 * TLS had said so (RFC 9112, section 9.8).
 */
function framed({ headers, statusCode }) {
  return 'content-length' in headers || 'transfer-encoding' in headers || statusCode === 204 || statusCode === 304;
}

function kindOfError({ code = '' }) {
  if (TLS_ERROR.test(code)) return 'tls';
  return code.startsWith('HPE_') ? 'bad_response' : 'network';
}

module.exports = { send };
