// A small client of all four exchanges for Node, right unless its command line names a mistake: `node client.js NAME`.
// `fetch` for a name leaves it right and sends by fetch instead of node:http.
'use strict';

const crypto = require('node:crypto');

const { ClientError, serve } = require('../../../adapters/node/noncense-adapter');
const { Failure, exactly } = require('./reading');
const { sendByFetch, sendByHttp } = require('./sending');
const { SPEAKERS } = require('./speaking');

const MISTAKE = process.argv[2] ?? '';
const makes = (name) => MISTAKE === `node-${name}`;

// --- nonces and turns: one of each for a key, whatever sessions there are

const rings = new Map();

function ringOf(dialect, key) {
  const name = `${dialect} ${key}`;
  if (!rings.has(name)) rings.set(name, { last: 0, tail: Promise.resolve() });
  return rings.get(name);
}

function nextNonce(ring, rising) {
  if (!rising) return crypto.randomBytes(16).toString('hex');
  if (makes('nonce-is-date-now')) return String(Math.floor(Date.now() / 100));
  ring.last = Math.max(ring.last + 1, Date.now());
  return String(ring.last);
}

/** Let calls of a key follow one another, so that no nonce overtakes another; give up when the time is over. */
function inTurn(ring, deadline, work) {
  const before = ring.tail;
  let over = false;
  const turn = before.then(() => {
    if (over) return undefined;
    return work();
  });
  ring.tail = turn.then(() => {}, () => {});
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      over = true;
      reject(new Failure('timeout', 'the calls before did not end in time'));
    }, Math.max(1, deadline - performance.now()) + 20);
    turn.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

// --- spelling

function escaped(text) {
  if (!text.isWellFormed()) throw new Failure('invalid_request', 'a parameter holds text that UTF-8 cannot spell');
  if (makes('signs-with-encodeuri')) return encodeURI(text);
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function asText(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function joined(pairs) {
  return pairs
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, asText(one)]))
    .map((pair) => pair.map(escaped).join('='))
    .join('&');
}

function asJson(pairs) {
  if (pairs.length === 0) return '';
  const members = pairs.map(([name, value]) => `${JSON.stringify(name)}:${value?.plain ?? JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
}

// --- signing

const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');
const sha512 = (text) => crypto.createHash('sha512').update(text).digest('hex');
const hmac = (secret, text) => crypto.createHmac('sha512', secret).update(text).digest('hex');

function byCodePoints([one], [other]) {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

const SIGNERS = {
  reference({ key, secret }, request, nonce) {
    const timestamp = String(Date.now());
    const text = [request.method, request.target, nonce, timestamp, sha512(request.body)].join('\n');
    Object.assign(request.headers, { 'Api-Key': key, Nonce: nonce, Timestamp: timestamp, Sign: hmac(secret, text) });
  },
  poloniex({ key, secret }, request, nonce) {
    request.body += `${request.body === '' ? '' : '&'}nonce=${nonce}`;
    Object.assign(request.headers, { Key: key, Sign: hmac(secret, request.body) });
  },
  bitunix({ key, secret }, request, nonce) {
    const timestamp = String(Date.now());
    const query = [...request.pairs].sort(byCodePoints).map(([name, value]) => name + value).join('');
    const digest = sha256(nonce + timestamp + key + query + request.body);
    Object.assign(request.headers, { 'api-key': key, nonce, timestamp, sign: sha256(digest + secret) });
  },
};
SIGNERS.exmo = SIGNERS.poloniex;

// --- one session

class Client {
  #account;
  #speaker;
  #memory = new Map();

  constructor(target) {
    this.#account = target;
    this.#speaker = SPEAKERS[target.dialect];
  }

  async call(operation, params) {
    const deadline = performance.now() + this.#account.timeout_s * 1000;
    const ask = (wanted) => this.#asked(wanted, deadline);
    const once = async (name, wanted) => {
      if (!this.#memory.has(name)) this.#memory.set(name, await ask(wanted));
      return this.#memory.get(name);
    };
    const given = makes('amounts-are-numbers') ? rounded(params) : params;
    try {
      return await this.#speaker.operations[operation]({ ask, once }, given);
    } catch (failure) {
      if (failure instanceof Failure) {
        throw new ClientError(failure.kind, failure.message, { type: 'Failure', httpStatus: failure.status });
      }
      throw failure;
    }
  }

  async #asked(wanted, deadline) {
    if (wanted.public) return this.#sent(this.#written(wanted), deadline);
    const { key, secret, dialect } = this.#account;
    if (!key?.trim() || !secret?.trim()) throw new Failure('authentication', 'there is no API key, or no secret');
    if (/[^\x21-\x7e]/.test(key)) throw new Failure('authentication', 'the API key cannot be sent in a header');
    const ring = ringOf(dialect, key);
    const request = this.#written(wanted);
    const once = () => {
      SIGNERS[dialect](this.#account, request, nextNonce(ring, this.#speaker.rising));
      return this.#sent(request, deadline);
    };
    const together = !this.#speaker.rising || makes('calls-race');
    return together ? once() : inTurn(ring, deadline, once);
  }

  #written(wanted) {
    const { method, path, pairs = [], place } = wanted;
    const query = place === 'query' ? pairs.flatMap(([n, v]) => (Array.isArray(v) ? v : [v]).map((o) => [n, asText(o)])) : [];
    const headers = { 'User-Agent': 'node-client/1.0' };
    let body = '';
    if (place === 'form') {
      body = joined(pairs);
      headers['Content-Type'] = 'application/x-www-form-urlencoded';
    } else if (place === 'json' && pairs.length > 0) {
      body = asJson(pairs);
      if (!body.isWellFormed() || /\\ud[89a-f]/i.test(body)) {
        throw new Failure('invalid_request', 'a parameter holds text that UTF-8 cannot spell');
      }
      headers['Content-Type'] = 'application/json';
    }
    return { method, target: path + (query.length > 0 ? `?${joined(query)}` : ''), headers, body, pairs: query, wanted };
  }

  async #sent(request, deadline) {
    const follow = makes('fetch-follows-redirects');
    const send = MISTAKE === 'fetch' || follow ? sendByFetch : sendByHttp;
    const { status, text } = await send(this.#account.base_url, request, {
      deadline,
      follow,
      length: makes('length-of-the-string') ? request.body.length : Buffer.byteLength(request.body),
    });
    const parsed = makes('ids-are-doubles') ? JSON.parse(text) : exactly(text, status);
    const refusal = this.#speaker.refusal(status, parsed);
    if (refusal !== null && !(makes('status-only') && status === 200)) throw refusal;
    return request.wanted.plain ? JSON.parse(text) : parsed;
  }
}

function rounded(params) {
  const numbers = ['price', 'amount'].filter((name) => name in params);
  return { ...params, ...Object.fromEntries(numbers.map((name) => [name, String(Number(params[name]) * 1.1 / 1.1)])) };
}

serve({
  name: MISTAKE === '' ? 'node-client' : `node-client: ${MISTAKE}`,
  version: '1.0.0',
  language: 'javascript',
  dialects: Object.keys(SPEAKERS),
  operations: Object.keys(SPEAKERS.reference.operations),
  features: ['concurrent'],
  http_stack: MISTAKE === 'fetch' ? 'fetch' : 'node:http',
  open: (target) => new Client(target),
});
