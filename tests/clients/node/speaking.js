// How each exchange is asked and answers: an operation of the contract to requests, and answers to values.
'use strict';

const { Failure, decimal, kindOfStatus, list, members, text } = require('./reading');

// --- what the user gives

function parts(market) {
  const [base, quote, ...more] = String(market).split('/');
  if (base && quote && more.length === 0) return [base, quote];
  throw new Failure('invalid_request', 'a market is written BASE/QUOTE');
}

function plain(amount) {
  if (typeof amount === 'string' && /^\d+(\.\d+)?$/.test(amount)) return amount;
  throw new Failure('invalid_request', 'an amount or a price is a plain decimal text');
}

function sided(side) {
  if (side === 'buy' || side === 'sell') return side;
  throw new Failure('invalid_request', 'a side is buy or sell');
}

const own = (name, id) => (id === undefined || id === null || id === '' ? [] : [[name, id]]);
const shown = (id) => (id === undefined || id === null || id === '' || id === '0' ? {} : { client_order_id: id });
const given = (params) => Object.entries(params ?? {}).filter(([, value]) => value !== null);
const levels = (rows, depth, read) => list(rows).slice(0, depth).map(read);
const pairOf = (row) => [decimal(row?.[0]), decimal(row?.[1])];

function refused(kind, status, ...words) {
  return new Failure(kind, [`HTTP ${status}`, ...words.filter((word) => typeof word === 'string')].join(' '), status);
}

// --- reference

const REFERENCE_KINDS = {
  maintenance: 'unavailable', unknown_endpoint: 'not_found', method_not_allowed: 'invalid_request', too_large: 'invalid_request',
  missing_header: 'authentication', malformed_header: 'invalid_request', unknown_key: 'authentication',
  inactive_key: 'authentication', address_not_allowed: 'permission', bad_signature: 'authentication',
  timestamp_outside_window: 'timestamp', nonce_not_increasing: 'nonce', rate_limited: 'rate_limit',
  permission_denied: 'permission', invalid_request: 'invalid_request', insufficient_funds: 'insufficient_funds',
  below_minimum: 'invalid_request', rejected: 'invalid_request', order_not_found: 'order_not_found', unknown_market: 'not_found',
};

const get = (path, ...pairs) => ({ method: 'GET', path, pairs, place: 'query' });
const json = (path, ...pairs) => ({ method: 'POST', path, pairs, place: 'json' });
const form = (path, ...pairs) => ({ method: 'POST', path, pairs, place: 'form' });
const open = (wanted) => ({ ...wanted, public: true });

const reference = {
  rising: true,
  refusal(status, body) {
    if (status >= 200 && status < 300) return null;
    const kind = status >= 500 ? kindOfStatus(status) : (REFERENCE_KINDS[body?.code] ?? kindOfStatus(status));
    return refused(kind, status, body?.code, body?.detail);
  },
  operations: {
    async balances({ ask }) {
      const rows = Object.entries(members(await ask(get('/v1/balances'))));
      return Object.fromEntries(rows.map(([currency, row]) => [currency, decimal(row?.available)]));
    },
    async place_order({ ask }, { market, side, price, amount, client_order_id: id }) {
      const order = [['market', market], ['side', sided(side)], ['price', plain(price)], ['amount', plain(amount)]];
      return { order_id: text((await ask(json('/v1/orders', ...order, ...own('client_order_id', id))))?.order_id) };
    },
    async cancel_order({ ask }, { order_id: id }) {
      members(await ask(json(`/v1/orders/${encodeURIComponent(id)}/cancel`)));
      return {};
    },
    async open_orders({ ask }, { market }) {
      return list(await ask(get('/v1/orders', ['market', market]))).map((row) => ({
        order_id: text(row?.order_id), market: text(row?.market), side: text(row?.side), price: decimal(row?.price),
        amount: decimal(row?.remaining), ...shown(row?.client_order_id),
      }));
    },
    async withdraw({ ask }, { currency, amount, address, network }) {
      const pairs = [['currency', currency], ['amount', plain(amount)], ['address', address], ...own('network', network)];
      text((await ask(json('/v1/withdrawals', ...pairs)))?.withdrawal_id);
      return {};
    },
    async deposit_address({ ask }, { currency, network }) {
      return { address: text((await ask(get('/v1/deposit-address', ['currency', currency], ...own('network', network))))?.address) };
    },
    async ticker({ ask }, { market }) {
      const row = await ask(open(get('/v1/ticker', ['market', market])));
      return { last: decimal(row?.last), bid: decimal(row?.bid), ask: decimal(row?.ask) };
    },
    async order_book({ ask }, { market, depth }) {
      const book = await ask(open(get('/v1/order-book', ['market', market], ['depth', Math.min(depth, 100)])));
      return { bids: levels(book?.bids, depth, pairOf), asks: levels(book?.asks, depth, pairOf) };
    },
    raw: ({ ask }, { method, target, params }) => {
      return ask({ method, path: target, pairs: given(params), place: method === 'GET' ? 'query' : 'json', plain: true });
    },
  },
};

// --- Poloniex

const POLONIEX_KINDS = [
  ['invalid api key/secret pair', 'authentication'], ['nonce must be greater than', 'nonce'], ['invalid nonce parameter', 'nonce'],
  ['invalid command', 'not_found'], ['permission', 'permission'], ['account is ', 'permission'],
  ['may reside in a location', 'permission'], ['not enough', 'insufficient_funds'], ['order not found', 'order_not_found'],
  ['invalid order number, or you', 'order_not_found'], ['completed or does not exist', 'order_not_found'],
  ['please do not make more than', 'rate_limit'], ['this ip has been', 'rate_limit'], ['too many requests', 'rate_limit'],
  ['connection timed out', 'timeout'], ['internal error', 'unavailable'], ['transaction failed', 'unavailable'],
  ['maintenance', 'unavailable'], ['error pulling order book', 'unavailable'],
];
const command = (name, ...pairs) => form('/tradingApi', ['command', name], ...pairs);
const published = (name, ...pairs) => open(get('/public', ['command', name], ...pairs));
const poloniexPair = (market) => parts(market).reverse().join('_');

const poloniex = {
  rising: true,
  refusal(status, body) {
    const said = body?.error ?? body?.result?.error;
    const no = (said !== undefined && said !== null && said !== '' && said !== false)
      || [0, '0', false].includes(body?.success);
    if (status >= 200 && status < 300 && !no) return null;
    const words = [said, body?.response, body?.message].find((word) => typeof word === 'string') ?? '';
    if (status >= 500) return refused(kindOfStatus(status), status, words);
    const found = POLONIEX_KINDS.find(([part]) => words.toLowerCase().includes(part));
    const usual = words === '' ? 'unknown' : 'invalid_request';
    return refused(found?.[1] ?? (status === 200 ? usual : kindOfStatus(status)), status, words);
  },
  operations: {
    async balances({ ask }) {
      const rows = Object.entries(members(await ask(command('returnBalances'))));
      return Object.fromEntries(rows.map(([currency, value]) => [currency, decimal(value)]));
    },
    async place_order({ ask }, { market, side, price, amount, client_order_id: id }) {
      const order = [['currencyPair', poloniexPair(market)], ['rate', plain(price)], ['amount', plain(amount)]];
      return { order_id: identifier((await ask(command(sided(side), ...order, ...own('clientOrderId', id))))?.orderNumber) };
    },
    async cancel_order({ ask }, { order_id: id }) {
      members(await ask(command('cancelOrder', ['orderNumber', id])));
      return {};
    },
    async open_orders({ ask }, { market }) {
      return list(await ask(command('returnOpenOrders', ['currencyPair', poloniexPair(market)]))).map((row) => ({
        order_id: identifier(row?.orderNumber), market, side: text(row?.type), price: decimal(row?.rate),
        amount: decimal(row?.amount), ...shown(row?.clientOrderId),
      }));
    },
    async withdraw({ ask }, { currency, amount, address, network }) {
      const pairs = [['currency', currency], ['amount', plain(amount)], ['address', address]];
      text((await ask(command('withdraw', ...pairs, ...own('currencyToWithdrawAs', network))))?.response);
      return {};
    },
    async deposit_address({ ask }, { currency }) {
      const known = members(await ask(command('returnDepositAddresses')));
      if (Object.hasOwn(known, currency)) return { address: text(known[currency]) };
      return { address: text((await ask(command('generateNewAddress', ['currency', currency])))?.response) };
    },
    async ticker({ ask }, { market }) {
      const row = listed(await ask(published('returnTicker')), poloniexPair(market));
      return { last: decimal(row.last), bid: decimal(row.highestBid), ask: decimal(row.lowestAsk) };
    },
    async order_book({ ask }, { market, depth }) {
      const book = await ask(published('returnOrderBook', ['currencyPair', poloniexPair(market)], ['depth', depth]));
      return { bids: levels(book?.bids, depth, pairOf), asks: levels(book?.asks, depth, pairOf) };
    },
    raw: ({ ask }, { target, params }) => ask({ ...command(target, ...given(params)), plain: true }),
  },
};

function listed(markets, name) {
  const row = members(markets)[name];
  if (row === undefined) throw new Failure('not_found', `the exchange lists no market ${name}`);
  return members(row);
}

/** Numbers are texts here unless a mistake made them numbers before. */
function identifier(value) {
  if (typeof value === 'number') return String(value);
  return text(value);
}

// --- EXMO

const EXMO_KINDS = {
  40003: 'authentication', 40004: 'authentication', 40005: 'authentication', 40009: 'nonce', 40013: 'invalid_request',
  40015: 'not_found', 40016: 'unavailable', 40017: 'authentication', 40032: 'permission', 40033: 'permission',
  40034: 'rate_limit', 40038: 'invalid_request', 10193: 'not_found', 10519: 'permission', 50013: 'invalid_request',
  50049: 'invalid_request', 50052: 'insufficient_funds', 50054: 'insufficient_funds', 50173: 'order_not_found',
  50277: 'invalid_request', 50304: 'order_not_found', 50319: 'invalid_request', 50321: 'invalid_request',
  50381: 'invalid_request', 140333: 'invalid_request', 140434: 'insufficient_funds', 191021: 'order_not_found',
};
const exmoPair = (market) => parts(market).join('_');
const method = (name, ...pairs) => form(`/v1.1/${name}`, ...pairs);

const exmo = {
  rising: true,
  refusal(status, body) {
    const said = body?.error;
    const words = typeof said === 'string' ? said : (said?.msg ?? body?.errmsg ?? '');
    const code = String(said?.code ?? /^(?:Error\s+)?(\d{5,6})\b/.exec(words)?.[1] ?? '');
    const no = body?.result === false || ![undefined, null, '', false].includes(said) || body?.s === 'error';
    if (status >= 200 && status < 300 && !no) return null;
    if (status >= 500) return refused(kindOfStatus(status), status, words);
    if (String(words).includes('rate limit')) return refused('rate_limit', status, words);
    return refused(EXMO_KINDS[code] ?? (status === 200 ? 'unknown' : kindOfStatus(status)), status, code, words);
  },
  operations: {
    async balances({ ask }) {
      const rows = Object.entries(members((await ask(method('user_info')))?.balances));
      return Object.fromEntries(rows.map(([currency, value]) => [currency, decimal(value)]));
    },
    async place_order({ ask }, { market, side, price, amount, client_order_id: id }) {
      const order = [['pair', exmoPair(market)], ['quantity', plain(amount)], ['price', plain(price)], ['type', sided(side)]];
      return { order_id: identifier((await ask(method('order_create', ...order, ...own('client_id', id))))?.order_id) };
    },
    async cancel_order({ ask }, { order_id: id }) {
      members(await ask(method('order_cancel', ['order_id', id])));
      return {};
    },
    async open_orders({ ask }, { market }) {
      const answer = members(await ask(method('user_open_orders', ['pair', exmoPair(market)])));
      return list(answer[exmoPair(market)]).filter((row) => row?.price !== undefined).map((row) => ({
        order_id: identifier(row.order_id), market, side: text(row.type), price: decimal(row.price),
        amount: decimal(row.quantity), ...shown(row.client_id),
      }));
    },
    async withdraw({ ask }, { currency, amount, address, network }) {
      const pairs = [['amount', plain(amount)], ['currency', currency], ['address', address], ...own('transport', network)];
      identifier((await ask(method('withdraw_crypt', ...pairs)))?.task_id);
      return {};
    },
    async deposit_address({ ask }, { currency, network }) {
      const address = members(await ask(method('deposit_address')))[currency + (network ?? '')];
      if (address === undefined) throw new Failure('not_found', `the account has no address for ${currency}`);
      return { address: text(address).split(',')[0] };
    },
    async ticker({ ask }, { market }) {
      const row = listed(await ask(open(get('/v1.1/ticker'))), exmoPair(market));
      return { last: decimal(row.last_trade), bid: decimal(row.buy_price), ask: decimal(row.sell_price) };
    },
    async order_book({ ask }, { market, depth }) {
      const pairs = [['pair', exmoPair(market)], ['limit', Math.min(depth, 1000)]];
      const book = listed(await ask(open(get('/v1.1/order_book', ...pairs))), exmoPair(market));
      return { bids: levels(book.bid, depth, pairOf), asks: levels(book.ask, depth, pairOf) };
    },
    raw: ({ ask }, { target, params }) => {
      const name = target.split('/').map(encodeURIComponent).join('/');
      return ask({ ...method(name, ...given(params)), plain: true });
    },
  },
};

// --- Bitunix

const BITUNIX_KINDS = {
  2: 'invalid_request', 500: 'unavailable', 10016: 'authentication', 10058: 'invalid_request', 70003: 'invalid_request',
  100004: 'authentication', 100005: 'authentication', 100008: 'timestamp', 100011: 'permission', 110007: 'invalid_request',
  110008: 'invalid_request', 110033: 'permission', 110041: 'rate_limit', 10034: 'insufficient_funds',
};
const NETWORKS = { BTC: 'BTC', ETH: 'ETH', USDT: 'Tron (TRC-20)' };
const SPOT = '/api/spot/v1/';
const symbol = (market) => parts(market).join('');
const rowPair = (row) => [decimal(row?.price), decimal(row?.volume)];
const networkOf = (currency, network) => network ?? NETWORKS[currency] ?? currency;

const bitunix = {
  rising: false,
  refusal(status, body) {
    const code = ['string', 'number'].includes(typeof body?.code) ? String(body.code) : '';
    const asked = body !== null && typeof body === 'object' && 'code' in body;
    if (status >= 200 && status < 300 && !(asked && code !== '0') && body?.success !== false) return null;
    if (status >= 500) return refused(kindOfStatus(status), status, code, body?.msg);
    const usual = status === 200 ? 'unknown' : kindOfStatus(status);
    return refused(BITUNIX_KINDS[code] ?? usual, status, code, body?.msg);
  },
  operations: {
    async balances({ ask }) {
      const rows = list((await ask(get(`${SPOT}user/account`)))?.data);
      return Object.fromEntries(rows.map((row) => [text(row?.coin), decimal(row?.balance)]));
    },
    async place_order({ ask }, { market, side, price, amount, client_order_id: id }) {
      const code = { plain: sided(side) === 'buy' ? '2' : '1' };
      const order = [['side', code], ['type', { plain: '1' }], ['volume', plain(amount)], ['price', plain(price)]];
      const named = [['symbol', symbol(market)], ...own('clientId', id)];
      const placed = (await ask(json(`${SPOT}order/place_order`, ...order, ...named)))?.data;
      const status = placed?.placeStatus;
      if (![undefined, null, '', '1'].includes(status) || (placed?.orderId === undefined && placed?.placeCode)) {
        const kind = placed.placeCode === '10034' ? 'insufficient_funds' : 'invalid_request';
        throw refused(kind, 200, placed.placeCode, placed.placeMsg);
      }
      return { order_id: identifier(placed?.orderId) };
    },
    async cancel_order({ ask }, { order_id: id, market }) {
      await ask(json(`${SPOT}order/cancel`, ['orderIdList', [{ orderId: id, symbol: symbol(market) }]]));
      return {};
    },
    async open_orders({ ask }, { market }) {
      const rows = list((await ask(json(`${SPOT}order/pending/list`, ['symbol', symbol(market)])))?.data);
      return rows.filter((row) => row?.type !== '2').map((row) => ({
        order_id: identifier(row?.orderId), market, side: row?.side === '2' ? 'buy' : 'sell', price: decimal(row?.price),
        amount: decimal(row?.leftVolume), ...shown(row?.clientId),
      }));
    },
    async withdraw({ ask }, { currency, amount, address, network }) {
      const pairs = [['coin', currency], ['network', networkOf(currency, network)], ['address', address]];
      const { data } = await ask(json(`${SPOT}withdraw`, ...pairs, ['amount', { plain: plain(amount) }]));
      identifier(data?.withdrawId ?? data);
      return {};
    },
    async deposit_address({ ask }, { currency, network }) {
      const pairs = [['coin', currency], ['network', networkOf(currency, network)]];
      const [first] = list((await ask(json(`${SPOT}deposit/address`, ...pairs)))?.data);
      if (first === undefined) throw new Failure('not_found', `the account has no address for ${currency}`);
      return { address: text(first?.address) };
    },
    async ticker(talk, { market }) {
      const last = decimal((await talk.ask(open(get(`${SPOT}market/last_price`, ['symbol', symbol(market)]))))?.data);
      const book = await bookOf(talk, market);
      const best = (side) => (list(side)[0] === undefined ? '0' : decimal(side[0].price));
      return { last, bid: best(book.bids), ask: best(book.asks) };
    },
    async order_book(talk, { market, depth }) {
      const book = await bookOf(talk, market);
      return { bids: levels(book.bids, depth, rowPair), asks: levels(book.asks, depth, rowPair) };
    },
    raw: ({ ask }, { method: verb, target, params }) => {
      return ask({ method: verb, path: target, pairs: given(params), place: verb === 'GET' ? 'query' : 'json', plain: true });
    },
  },
};

async function bookOf({ ask, once }, market) {
  const name = symbol(market);
  const markets = list((await once('markets', open(get(`${SPOT}common/coin_pair/list`))))?.data);
  const found = markets.find((row) => String(row?.symbol).toUpperCase() === name.toUpperCase());
  if (found === undefined) throw new Failure('not_found', `the exchange lists no market ${name}`);
  const precision = decimal(list(found.precisions)[0] ?? '0.00000001');
  const asked = open(get(`${SPOT}market/depth`, ['symbol', name], ['precision', precision]));
  return members((await ask(asked))?.data);
}

module.exports = { SPEAKERS: { reference, poloniex, exmo, bitunix } };
