'use strict';

/** What a call of the client may end in, other than well. No message ever holds a secret or a signature. */
class BitunixError extends Error {
  /**
   * @param {string} kind what a caller can act on: authentication, permission, timestamp, rate_limit,
   *   insufficient_funds, invalid_request, not_found, unavailable, network, timeout, tls, bad_response or unknown
   * @param {string} message for people
   * @param {{status?: number, code?: string}} [told] the HTTP status, and the exchange's own code
   */
  constructor(kind, message, { status, code } = {}) {
    super(message);
    this.name = 'BitunixError';
    this.kind = kind;
    this.status = status;
    this.code = code;
  }
}

/** The codes of the spot API's error page, as far as a caller can do something about them. */
const KIND_OF_CODE = {
  2: 'invalid_request',
  500: 'unavailable',
  10016: 'authentication',
  10034: 'insufficient_funds',
  10058: 'invalid_request',
  70003: 'invalid_request',
  100004: 'authentication',
  100005: 'authentication',
  100008: 'timestamp',
  100011: 'permission',
  110007: 'invalid_request',
  110008: 'invalid_request',
  110033: 'permission',
  110041: 'rate_limit',
};

const KIND_OF_STATUS = {
  400: 'invalid_request',
  401: 'authentication',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  413: 'invalid_request',
  418: 'rate_limit',
  429: 'rate_limit',
};

/** The kind that an HTTP status alone speaks for. */
function kindOfStatus(status) {
  return KIND_OF_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'bad_response');
}

/** The kind of a refusal. A 5xx is never a verdict on the request, whatever its body says: the order may stand. */
function kindOfRefusal(status, code) {
  if (status >= 500) return kindOfStatus(status);
  if (status === 404) return 'not_found';
  return KIND_OF_CODE[code] ?? (status === 200 ? 'unknown' : kindOfStatus(status));
}

module.exports = { BitunixError, kindOfStatus, kindOfRefusal };
