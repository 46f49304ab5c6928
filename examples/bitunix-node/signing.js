'use strict';

const { createHash, randomBytes } = require('node:crypto');

/**
 * Sign a request as Bitunix documents it: SHA-256 twice, with the secret appended the second time. It is no HMAC.
 *
 * Method, path and host take no part. The query is signed decoded, sorted by name in byte order, with nothing between
 * names and values; the body is signed as it is sent, so hand over the very text that goes out.
 *
 * @param {{key: string, secret: string, nonce: string, timestamp: string, query: [string, string][], body: string}} of
 * @returns {string} 64 lowercase hex digits
 */
function sign({ key, secret, nonce, timestamp, query, body }) {
  const digest = sha256(nonce + timestamp + key + sortedQuery(query) + body);
  return sha256(digest + secret);
}

/** A nonce of 32 characters, letters and digits: the documents ask for a random one. */
function newNonce() {
  return randomBytes(16).toString('hex');
}

function sortedQuery(query) {
  return [...query]
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map(([name, value]) => name + value)
    .join('');
}

function sha256(text) {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

module.exports = { sign, newNonce };
