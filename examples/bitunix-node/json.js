'use strict';

const { BitunixError, kindOfStatus } = require('./errors');

// A string, which is left alone, or a number outside of strings.
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parse JSON with its numbers as text: a balance of 123456789012.12345678 has more digits than a double holds.
 *
 * The text is parsed once as it stands, so that what is not JSON is refused, and once with its numbers in quotes.
 */
function parseExactly(text, status) {
  parse(text, status);
  return parse(
    text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`)),
    status,
  );
}

function parse(text, status) {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new BitunixError(kindOfStatus(status), `HTTP ${status}: the answer is not JSON`, { status });
  }
}

/** A decimal that JSON shall spell as a number, digit by digit as it was given. */
class PlainNumber {
  constructor(text) {
    this.text = text;
  }
}

/** Spell the body of a request. No fields are no body at all. */
function spellBody(fields) {
  const members = Object.entries(fields).map(([name, value]) => {
    return `${JSON.stringify(name)}:${value instanceof PlainNumber ? value.text : JSON.stringify(value)}`;
  });
  return members.length === 0 ? '' : `{${members.join(',')}}`;
}

/** A decimal of an answer, without an exponent. */
function decimal(value) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(typeof value === 'string' ? value : '');
  if (parts === null || Math.abs(Number(parts[4] ?? 0)) > 400) {
    throw new BitunixError('bad_response', 'the answer holds no decimal where one is documented');
  }
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const shift = Number(exponent);
  if (shift === 0) return value.replace(/[eE].*/, '');
  const digits = whole + fraction;
  const point = whole.length + shift;
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0').padEnd(point, '0');
  const at = Math.max(1, point);
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const right = padded.slice(at);
  return sign + left + (right === '' ? '' : `.${right}`);
}

module.exports = { parseExactly, parse, spellBody, PlainNumber, decimal };
