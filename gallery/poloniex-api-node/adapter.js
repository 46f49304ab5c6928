// `poloniex-api-node` 2.0.2 behind the contract, untouched: `noncense test --dialect poloniex -- node THIS_FILE`.
//
// The SDK knows one host; its requests to it are led elsewhere (`led-elsewhere.js`). `socketTimeout` is an option of its
// own: the limit of a silence. It tells failures apart by their text alone, but for those of the network.
'use strict';

const path = require('node:path');
const { inspect } = require('node:util');

const ROOT = path.resolve(__dirname, '..', '..');
const MODULES = path.join(ROOT, '.sdks', 'gallery', 'poloniex-api-node', 'node_modules');
const { serve, ClientError, Skipped } = require(path.join(ROOT, 'adapters', 'node', 'noncense-adapter.js'));
const { named, text, told } = require('../reading.js');
const led = require('../led-elsewhere.js').leadElsewhere('poloniex.com');
const Poloniex = require(path.join(MODULES, 'poloniex-api-node'));
const requestVersion = require(path.join(MODULES, 'request', 'package.json')).version;

const TIMEOUTS = ['ETIMEDOUT', 'ESOCKETTIMEDOUT'];

// Of each operation: what the SDK is asked, and how its answer becomes the contract's value.
const OPERATIONS = {
  balances: {
    ask: (api) => api.returnBalances(),
    read: (answer) => named(answer),
  },
  place_order: {
    ask(api, { market, side, price, amount, client_order_id: id }) {
      if (id !== undefined) throw new Skipped('buy() and sell() take no clientOrderId');
      return api[side](pair(market), price, amount);
    },
    read: (answer) => ({ order_id: text(answer.orderNumber) }),
  },
  cancel_order: {
    ask: (api, { order_id: id }) => api.cancelOrder(id),
    read: () => ({}),
  },
  open_orders: {
    ask: (api, { market }) => api.returnOpenOrders(pair(market)),
    read: (answer, { market }) =>
      answer.map((order) => ({
        order_id: text(order.orderNumber),
        market,
        side: order.type,
        price: text(order.rate),
        amount: text(order.amount),
      })),
  },
  withdraw: {
    ask(api, { currency, amount, address, network }) {
      if (network !== undefined) throw new Skipped('withdraw() takes no network');
      return api.withdraw(currency, amount, address);
    },
    read: () => ({}),
  },
  deposit_address: {
    ask(api, { network }) {
      if (network !== undefined) throw new Skipped('returnDepositAddresses() takes no network');
      return api.returnDepositAddresses();
    },
    read: (answer, { currency }) => ({ address: text(answer[currency]) }),
  },
  ticker: {
    ask: (api) => api.returnTicker(),
    read(answer, { market }) {
      if (answer[pair(market)] === undefined) throw new ClientError('not_found', `the ticker has no ${pair(market)}`);
      const { last, highestBid, lowestAsk } = answer[pair(market)];
      return { last: text(last), bid: text(highestBid), ask: text(lowestAsk) };
    },
  },
  order_book: {
    ask: (api, { market, depth }) => api.returnOrderBook(pair(market), depth),
    read: ({ bids, asks }) => {
      const levels = (side) => side.map(([price, amount]) => [text(price), text(amount)]);
      return { bids: levels(bids), asks: levels(asks) };
    },
  },
};

function pair(market) {
  const [base, quote] = market.split('/');
  return `${quote}_${base}`;
}

/** Tell apart what the codes of Node and request tell apart; an error of the exchange is a plain Error with its text. */
function reported(failure) {
  const details = { type: failure?.code ?? failure?.name, details: inspect(failure, { depth: 4 }) };
  let kind = 'unknown';
  if (TIMEOUTS.includes(failure?.code)) kind = 'timeout';
  else if (failure?.code?.startsWith('HPE_')) kind = 'bad_response';
  else if (failure?.syscall !== undefined || failure?.code?.startsWith('ECONN')) kind = 'network';
  return new ClientError(kind, String(failure?.message ?? failure), details);
}

// An exception in a callback of the SDK would end this process, and with it every session. We say so on stderr and go on; the
// call itself never ends.
process.on('uncaughtException', (failure) => {
  console.error(`uncaught exception in the SDK: ${failure?.stack ?? failure}`);
});

serve({
  name: 'poloniex-api-node',
  version: '2.0.2',
  dialects: ['poloniex'],
  operations: Object.keys(OPERATIONS),
  features: ['concurrent', 'texts'],
  homepage: 'https://github.com/dutu/poloniex-api-node',
  issues: 'https://github.com/dutu/poloniex-api-node/issues',
  http_stack: `request ${requestVersion}`,

  open({ base_url: baseUrl, key, secret, timeout_s: timeoutS }) {
    const options = { socketTimeout: Math.round(1000 * timeoutS) };
    const api = key === null ? new Poloniex(options) : new Poloniex(key, secret, options);
    return {
      // What a user sees who logs the client object, or sends it somewhere as JSON.
      texts: () => [inspect(api), JSON.stringify(api)],
      async call(operation, params) {
        const { ask, read } = OPERATIONS[operation];
        let answer;
        try {
          answer = await led(baseUrl, () => ask(api, params));
        } catch (failure) {
          throw failure instanceof Skipped ? failure : reported(failure);
        }
        try {
          return told(read(answer, params));
        } catch (failure) {
          if (failure instanceof ClientError) throw failure;
          return told(answer);
        }
      },
    };
  },
});
