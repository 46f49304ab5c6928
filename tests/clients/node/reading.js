// How answers are read: JSON whose numbers stay text, and what stands for nothing.
'use strict';

class Failure extends Error {
  constructor(kind, message, status = undefined) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

const KINDS = { 401: 'authentication', 403: 'permission', 404: 'not_found', 408: 'timeout', 418: 'rate_limit', 429: 'rate_limit' };

/** What an HTTP status alone says. */
function kindOfStatus(status) {
  if (status >= 500) return 'unavailable';
  return KINDS[status] ?? (status >= 400 ? 'invalid_request' : 'bad_response');
}

/** Put every number into quotes, so that JSON.parse keeps its digits. Whether it is JSON was seen before. */
function quoted(text) {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const from = at;
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
      at += 1;
      out += text.slice(from, at);
    } else if (/[-0-9]/.test(text[at])) {
      while (at < text.length && /[-+0-9.eE]/.test(text[at])) at += 1;
      out += `"${text.slice(from, at)}"`;
    } else {
      out += text[at];
      at += 1;
    }
  }
  return out;
}

function exactly(text, status) {
  try {
    const bare = text.replace(/^\ufeff/, '');
    JSON.parse(bare);
    return JSON.parse(quoted(bare));
  } catch {
    throw new Failure(kindOfStatus(status), `HTTP ${status}: the answer is not JSON`, status);
  }
}

function wrong(what) {
  return new Failure('bad_response', `the answer holds no ${what} where one is documented`);
}

function empty(value) {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function list(value) {
  if (Array.isArray(value)) return value;
  if (empty(value)) return [];
  throw wrong('list');
}

function members(value) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  if (empty(value)) return {};
  throw wrong('object');
}

function text(value) {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong('text');
}

/** A decimal as plain digits; an exponent is written out. */
function decimal(value) {
  const found = typeof value === 'string' ? /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(value) : null;
  if (found === null) throw wrong('decimal');
  if (found[4] === undefined) return value;
  const [, sign, whole, fraction = '', exponent] = found;
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padEnd(point, '0').padStart(whole.length + fraction.length - Math.min(point, 0) + (point <= 0 ? 1 : 0), '0');
  const at = Math.max(point, 1);
  const rest = digits.slice(at);
  return sign + digits.slice(0, at).replace(/^0+(?=\d)/, '') + (rest === '' ? '' : `.${rest}`);
}

module.exports = { Failure, decimal, exactly, kindOfStatus, list, members, text };
