'use strict';

const fs = require('node:fs');

const { BitunixError, kindOfRefusal } = require('./errors');
const { PlainNumber, decimal, parse, parseExactly, spellBody } = require('./json');
const { newNonce, sign } = require('./signing');
const { send } = require('./transport');

const SPOT = '/api/spot/v1';
const SELL = 1;
const BUY = 2;
const LIMIT = 1;

/** A client of Bitunix's spot API. It may be called as often at once as one likes: its nonces need no order. */
class BitunixClient {
  #key;
  #secret;
  #url;
  #timeoutMs;
  #ca;
  #remembered = new Map();

  /** Without a key and a secret it makes public calls only. `timeoutMs` is for a whole call. */
  constructor({ key = null, secret = null, baseUrl = 'https://openapi.bitunix.com', timeoutMs = 10_000, caFile = null }) {
    this.#key = key;
    this.#secret = secret;
    this.#url = new URL(baseUrl);
    this.#timeoutMs = timeoutMs;
    this.#ca = caFile === null ? undefined : fs.readFileSync(caFile);
  }

  /** What can be spent now, by coin, as decimal text. */
  async balances() {
    const rows = list(await this.#private('GET', '/user/account'));
    return Object.fromEntries(rows.map((row) => [text(row, 'coin'), decimal(row.balance)]));
  }

  /** Place a limit order and return its id. It is sent once: after a failure without an answer, look before you retry. */
  async placeOrder({ market, side, price, amount, clientOrderId }) {
    if (side !== 'buy' && side !== 'sell') throw new BitunixError('invalid_request', 'a side is buy or sell');
    const placed = await this.#private('POST', '/order/place_order', {
      side: side === 'buy' ? BUY : SELL,
      type: LIMIT,
      volume: plain(amount),
      price: plain(price),
      symbol: symbolOf(market),
      ...(clientOrderId === undefined ? {} : { clientId: clientOrderId }),
    });
    // An order may be refused inside a success.
    if (placed?.placeStatus !== undefined && placed.placeStatus !== '1') {
      const code = String(placed.placeCode ?? '');
      const kind = kindOfRefusal(200, code);
      const words = `${code} ${placed.placeMsg ?? 'the order was not accepted'}`.trim();
      throw new BitunixError(kind === 'unknown' ? 'invalid_request' : kind, words, { status: 200, code });
    }
    return text(placed, 'orderId');
  }

  /** Ask for an order to be cancelled. The exchange says yes to unknown ids too. */
  async cancelOrder({ orderId, market }) {
    await this.#private('POST', '/order/cancel', { orderIdList: [{ orderId, symbol: symbolOf(market) }] });
  }

  /** The open limit orders of a market. Ids stay text: they have more digits than a double holds. */
  async openOrders({ market }) {
    const rows = list(await this.#private('POST', '/order/pending/list', { symbol: symbolOf(market) }));
    return rows
      .filter((row) => row?.type === undefined || row.type === String(LIMIT))
      .map((row) => ({
        orderId: text(row, 'orderId'),
        market,
        side: text(row, 'side') === String(BUY) ? 'buy' : 'sell',
        price: decimal(row.price),
        amount: decimal(row.leftVolume),
      }));
  }

  /** Send coins to an address that is stored for withdrawals. */
  async withdraw({ currency, amount, address, network }) {
    const deadline = this.#deadline();
    const fields = {
      coin: currency,
      network: network ?? (await this.#usualNetwork(currency, deadline)),
      address,
      amount: new PlainNumber(plain(amount)), // the one amount that the documents want as a JSON number
    };
    await this.#private('POST', '/withdraw', fields, deadline);
  }

  /** Where coins can be sent to. */
  async depositAddress({ currency, network }) {
    const deadline = this.#deadline();
    const fields = { coin: currency, network: network ?? (await this.#usualNetwork(currency, deadline)) };
    const [first] = list(await this.#private('POST', '/deposit/address', fields, deadline));
    if (first === undefined) throw new BitunixError('not_found', `there is no address for ${currency}`);
    return text(first, 'address');
  }

  /** The last price and the best ones of the book: Bitunix has no call that knows all three. */
  async ticker({ market }) {
    const deadline = this.#deadline();
    const [last, book] = await Promise.all([
      this.#public('/market/last_price', { symbol: symbolOf(market) }, deadline),
      this.#book(market, 1, deadline),
    ]);
    return { last: decimal(last), bid: book.bids[0]?.[0] ?? '0', ask: book.asks[0]?.[0] ?? '0' };
  }

  /** The best levels of either side as [price, amount]. */
  orderBook({ market, depth = 50 }) {
    return this.#book(market, depth, this.#deadline());
  }

  async #book(market, depth, deadline) {
    const query = { symbol: symbolOf(market), precision: await this.#finestStep(market, deadline) };
    const book = await this.#public('/market/depth', query, deadline);
    const levels = (rows) => list(rows).slice(0, depth).map((row) => [decimal(row?.price), decimal(row?.volume)]);
    return { bids: levels(book?.bids), asks: levels(book?.asks) };
  }

  /** Any private call. The answer is parsed as any JSON is, numbers as doubles. */
  async raw({ method, path, params = {} }) {
    return parse((await this.#call(method, path, params, true, this.#deadline())).answer, 200);
  }

  /** When a call that begins now must have ended, however many requests it takes. */
  #deadline() {
    return performance.now() + this.#timeoutMs;
  }

  async #private(method, path, params = {}, deadline = this.#deadline()) {
    return (await this.#call(method, SPOT + path, params, true, deadline)).data;
  }

  async #public(path, params, deadline) {
    return (await this.#call('GET', SPOT + path, params, false, deadline)).data;
  }

  async #call(method, path, params, signed, deadline) {
    if (signed && !(this.#key && this.#secret)) {
      throw new BitunixError('authentication', 'a private call needs an API key and a secret');
    }
    const query = method === 'GET' ? pairs(params) : [];
    const body = method === 'GET' ? '' : spellBody(params);
    const target = path + (query.length === 0 ? '' : `?${spellQuery(query)}`);
    const headers = { 'Content-Type': 'application/json', ...(signed ? this.#signature(query, body) : {}) };
    const { status, text: answer } = await send(this.#url, { method, target, headers, body, deadline, ca: this.#ca });
    return { answer, data: succeeded(status, parseExactly(answer, status)) };
  }

  #signature(query, body) {
    const nonce = newNonce();
    const timestamp = String(Date.now());
    const stamped = { key: this.#key, secret: this.#secret, nonce, timestamp, query, body };
    return { 'api-key': this.#key, nonce, timestamp, sign: sign(stamped) };
  }

  async #finestStep(market, deadline) {
    const symbol = symbolOf(market).toLowerCase();
    const pairsListed = list(await this.#once('/common/coin_pair/list', deadline));
    const found = pairsListed.find((row) => String(row?.symbol).toLowerCase() === symbol);
    if (found === undefined) throw new BitunixError('not_found', `the exchange lists no market ${market}`);
    return decimal(list(found.precisions)[0]);
  }

  async #usualNetwork(currency, deadline) {
    const coins = list(await this.#once('/common/coin/coin_network/list', deadline));
    const coin = coins.find((row) => row?.name === currency);
    const network = list(coin?.networks)[0];
    if (network === undefined) throw new BitunixError('not_found', `the exchange lists no network for ${currency}`);
    return text(network, 'network');
  }

  /** A list that changes seldom, asked for once; a failure is not remembered. */
  async #once(path, deadline) {
    if (!this.#remembered.has(path)) this.#remembered.set(path, await this.#public(path, {}, deadline));
    return this.#remembered.get(path);
  }
}

/** Return an answer's data, or throw: a refusal is a status, a code that is not "0", or `success` false. */
function succeeded(status, body) {
  const code = typeof body?.code === 'string' ? body.code : '';
  const good = status === 200 && code === '0' && body.success !== false;
  if (good) return body.data;
  const words = typeof body?.msg === 'string' ? body.msg : '';
  const message = [`HTTP ${status}`, code, words].filter(Boolean).join(' ');
  throw new BitunixError(kindOfRefusal(status, code), message, { status, code });
}

/** Null and an empty object stand for an empty list in some answers. */
function list(value) {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)) return [];
  throw new BitunixError('bad_response', 'the answer holds no list where one is documented');
}

function text(row, name) {
  const value = row?.[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new BitunixError('bad_response', `the answer lacks ${name}`);
}

function plain(amount) {
  if (/^\d+(\.\d+)?$/.test(amount)) return amount;
  throw new BitunixError('invalid_request', 'an amount or a price is a plain decimal text, such as 0.0125');
}

function symbolOf(market) {
  const [base, quote, ...more] = String(market).split('/');
  if (base && quote && more.length === 0) return base + quote;
  throw new BitunixError('invalid_request', 'a market is written BASE/QUOTE');
}

/** Parameters of a query: a list is its name repeated. */
function pairs(params) {
  return Object.entries(params).flatMap(([name, value]) => {
    return (Array.isArray(value) ? value : [value]).map((single) => [name, String(single)]);
  });
}

function spellQuery(query) {
  try {
    return query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  } catch {
    throw new BitunixError('invalid_request', 'a parameter holds text that UTF-8 cannot spell');
  }
}

module.exports = { BitunixClient, BitunixError };
