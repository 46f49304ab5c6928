// `poloniex-unofficial` 1.1.2 behind the contract, untouched: `noncense test --dialect poloniex -- node THIS_FILE`.
//
// The SDK knows one host; its requests to it are led elsewhere (`led-elsewhere.js`). It takes no time limit, and it hands its
// callers an object with one text, `msg`, whatever failed.
'use strict';

const path = require('node:path');
const { inspect } = require('node:util');

const ROOT = path.resolve(__dirname, '..', '..');
const MODULES = path.join(ROOT, '.sdks', 'gallery', 'poloniex-unofficial', 'node_modules');
const { serve, ClientError, Skipped } = require(path.join(ROOT, 'adapters', 'node', 'noncense-adapter.js'));
const { named, text, told } = require('../reading.js');
const led = require('../led-elsewhere.js').leadElsewhere('poloniex.com');
const { PublicWrapper, TradingWrapper } = require(path.join(MODULES, 'poloniex-unofficial'));
const requestVersion = require(path.join(MODULES, 'request', 'package.json')).version;

// Of each operation: what the SDK is asked, and how its answer becomes the contract's value.
const OPERATIONS = {
  balances: {
    ask: ({ trading }, _, done) => trading.returnBalances(done),
    read: (answer) => named(answer),
  },
  place_order: {
    ask({ trading }, { market, side, price, amount, client_order_id: id }, done) {
      if (id !== undefined) throw new Skipped('buy() and sell() take no clientOrderId');
      trading[side](pair(market), price, amount, 0, 0, done);
    },
    read: (answer) => ({ order_id: text(answer.orderNumber) }),
  },
  cancel_order: {
    ask: ({ trading }, { order_id: id }, done) => trading.cancelOrder(id, done),
    read: () => ({}),
  },
  open_orders: {
    ask: ({ trading }, { market }, done) => trading.returnOpenOrders(pair(market), done),
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
    ask({ trading }, { currency, amount, address, network }, done) {
      if (network !== undefined) throw new Skipped('withdraw() takes no network');
      trading.withdraw(currency, amount, address, done);
    },
    read: () => ({}),
  },
  deposit_address: {
    ask({ trading }, { network }, done) {
      if (network !== undefined) throw new Skipped('returnDepositAddresses() takes no network');
      trading.returnDepositAddresses(done);
    },
    read: (answer, { currency }) => ({ address: text(answer[currency]) }),
  },
  ticker: {
    ask: ({ open }, _, done) => open.returnTicker(done),
    read(answer, { market }) {
      if (answer[pair(market)] === undefined) throw new ClientError('not_found', `the ticker has no ${pair(market)}`);
      const { last, highestBid, lowestAsk } = answer[pair(market)];
      return { last: text(last), bid: text(highestBid), ask: text(lowestAsk) };
    },
  },
  order_book: {
    ask: ({ open }, { market, depth }, done) => open.returnOrderBook(pair(market), depth, done),
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

// An exception in a callback of the SDK would end this process, and with it every session. We say so on stderr and go on; the
// call itself never ends.
process.on('uncaughtException', (failure) => {
  console.error(`uncaught exception in the SDK: ${failure?.stack ?? failure}`);
});

serve({
  name: 'poloniex-unofficial',
  version: '1.1.2',
  dialects: ['poloniex'],
  operations: Object.keys(OPERATIONS),
  features: ['concurrent', 'texts'],
  homepage: 'https://github.com/tylerfilla/node-poloniex-unofficial',
  issues: 'https://github.com/tylerfilla/node-poloniex-unofficial/issues',
  http_stack: `request ${requestVersion}`,

  open({ base_url: baseUrl, key, secret }) {
    const api = { trading: new TradingWrapper(key, secret), open: new PublicWrapper() };
    return {
      // What a user sees who logs the client object, or sends it somewhere as JSON.
      texts: () => [inspect(api.trading), JSON.stringify(api.trading)],
      async call(operation, params) {
        const { ask, read } = OPERATIONS[operation];
        const answer = await new Promise((resolve, reject) => {
          const done = (failure, value) => {
            if (failure === null) resolve(value);
            else reject(new ClientError('unknown', String(failure?.msg), { details: inspect(failure, { depth: 4 }) }));
          };
          led(baseUrl, () => ask(api, params, done));
        });
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
