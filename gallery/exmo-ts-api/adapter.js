// `exmo-ts-api` 0.1.0 behind the contract, untouched: `noncense test --dialect exmo -- node THIS_FILE [--queue]`.
//
// The host is `_url`, a property of the client object (private in its types); here it is set after the constructor has
// run. `--queue` switches the SDK's own request queue on, `requestsScheduleOn(true)`; it comes switched off.
// The package's `main` names a file that it does not contain, so its entry is required by path.
'use strict';

const path = require('node:path');
const { inspect } = require('node:util');

const ROOT = path.resolve(__dirname, '..', '..');
const MODULES = path.join(ROOT, '.sdks', 'gallery', 'exmo-ts-api', 'node_modules');
const { serve, ClientError, Skipped } = require(path.join(ROOT, 'adapters', 'node', 'noncense-adapter.js'));
const { text, told } = require('../reading.js');
const { ExmoApi } = require(path.join(MODULES, 'exmo-ts-api', 'dist', 'src', 'index.js'));
const axiosVersion = require(path.join(MODULES, 'axios', 'package.json')).version;

const queued = process.argv.includes('--queue');

// Of each operation: what the SDK is asked, and how its answer becomes the contract's value.
const OPERATIONS = {
  balances: {
    ask: (api) => api.userInfo(),
    read: (answer) => Object.fromEntries(Object.entries(answer.balances)),
  },
  place_order: {
    ask: (api, { market, side, price, amount, client_order_id: id }) =>
      api.orderCreate({ pair: pair(market), quantity: amount, price, type: side, ...(id && { client_id: id }) }),
    read: (answer) => ({ order_id: text(answer.order_id) }),
  },
  cancel_order: {
    ask: (api, { order_id: id }) => api.orderCancel(id),
    read: () => ({}),
  },
  open_orders: {
    ask: (api, { market }) => api.userOpenOrders(pair(market)),
    read: (answer, { market }) =>
      (answer[pair(market)] ?? []).map((order) => ({
        order_id: text(order.order_id),
        market,
        side: order.type,
        price: text(order.price),
        amount: text(order.quantity),
      })),
  },
  ticker: {
    ask: (api, { market }) => api.ticker(pair(market)),
    read: (answer, { market }) => {
      const row = listed(answer, market);
      return { last: text(row.last_trade), bid: text(row.buy_price), ask: text(row.sell_price) };
    },
  },
  order_book: {
    ask: (api, { market, depth }) => api.orderBook(pair(market), depth),
    read: (answer, { market }) => {
      const row = listed(answer, market);
      const levels = (side) => side.map(([price, amount]) => [text(price), text(amount)]);
      return { bids: levels(row.bid), asks: levels(row.ask) };
    },
  },
};

function pair(market) {
  return market.replace('/', '_');
}

/** Return a market's part of an answer. The SDK hands out `{ PAIR: undefined }` for a market that there is not. */
function listed(answer, market) {
  const row = answer[pair(market)];
  if (row === undefined && typeof answer === 'object') throw new ClientError('not_found', `no ${pair(market)}`);
  return row;
}

/** Tell apart what axios tells the SDK's user apart; an error of the exchange is a plain Error with its text. */
function reported(failure) {
  // What a user sees who logs the failure: Node prints its members, and with axios the whole request is one of them.
  const details = { type: failure?.name, details: inspect(failure, { depth: 4 }) };
  let kind = 'unknown';
  if (failure?.isAxiosError) {
    const status = failure.response?.status;
    if (status !== undefined) {
      details.httpStatus = status;
      kind = status >= 500 ? 'unavailable' : { 401: 'authentication', 404: 'not_found', 429: 'rate_limit' }[status];
    } else if (failure.code === 'ERR_FR_TOO_MANY_REDIRECTS') {
      kind = 'bad_response';
    } else {
      kind = ['ETIMEDOUT', 'ECONNABORTED'].includes(failure.code) ? 'timeout' : 'network';
    }
  }
  return new ClientError(kind ?? 'unknown', String(failure?.message ?? failure), details);
}

// A request that fails in the SDK's queue is a rejection that nobody catches: it would end this process, and with it every
// session. We say so on stderr and go on; the call itself never ends.
process.on('unhandledRejection', (failure) => {
  console.error(`unhandled rejection in the SDK: ${failure?.message ?? failure}`);
});

serve({
  name: queued ? 'exmo-ts-api with its queue' : 'exmo-ts-api',
  version: '0.1.0',
  dialects: ['exmo'],
  operations: Object.keys(OPERATIONS),
  features: ['concurrent', 'texts'],
  homepage: 'https://github.com/soltivka/exmo-ts-api',
  http_stack: `axios ${axiosVersion}`,

  open({ base_url: baseUrl, key, secret }) {
    const api = key === null ? new ExmoApi() : new ExmoApi({ publicKey: key, secretKey: secret });
    api._url = `${baseUrl}/v1.1/`;
    api.requestsScheduleOn(queued);
    return {
      // What a user sees who logs the client object, or sends it somewhere as JSON.
      texts: () => [inspect(api), JSON.stringify(api)],
      async call(operation, params) {
        const { ask, read } = OPERATIONS[operation];
        let answer;
        try {
          answer = await ask(api, params);
        } catch (failure) {
          throw reported(failure);
        }
        try {
          return told(read(answer, params));
        } catch (failure) {
          if (failure instanceof ClientError || failure instanceof Skipped) throw failure;
          return told(answer);
        }
      },
    };
  },
});
