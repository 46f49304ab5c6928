// What adapters of Node SDKs read answers with. A reading fails by a TypeError, and then the answer is handed on as it is.
'use strict';

/** What is nested deeper than this is named instead of told: who reads it has a stack as well. */
const DEEPEST = 200;

/** Spell a value as text; what is missing makes the reading fail. */
function text(value) {
  if (value === undefined || value === null) throw new TypeError('missing');
  return String(value);
}

/** Return an object with names as it is; anything else makes the reading fail. */
function named(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object');
  return value;
}

/** Return what the SDK returned, which its user has as a success, whatever it is; as far as it can be told. */
function told(answer) {
  let layer = [answer];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > DEEPEST) return `an answer that is nested more than ${DEEPEST} deep`;
    layer = layer.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return answer ?? null;
}

module.exports = { text, named, told };
