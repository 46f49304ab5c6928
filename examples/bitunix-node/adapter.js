// Lets noncense drive the Bitunix client: names and shapes are translated here, and nothing else.
'use strict';

const { BitunixClient, BitunixError } = require('./client');
const { ClientError, serve } = require('../../adapters/node/noncense-adapter');

const OPERATIONS = {
  balances: (client) => client.balances(),
  place_order: async (client, { market, side, price, amount, client_order_id: clientOrderId }) => {
    return { order_id: await client.placeOrder({ market, side, price, amount, clientOrderId }) };
  },
  cancel_order: async (client, { order_id: orderId, market }) => {
    await client.cancelOrder({ orderId, market });
    return {};
  },
  open_orders: async (client, { market }) => {
    return (await client.openOrders({ market })).map(({ orderId, ...order }) => ({ order_id: orderId, ...order }));
  },
  withdraw: async (client, params) => {
    await client.withdraw(params);
    return {};
  },
  deposit_address: async (client, params) => ({ address: await client.depositAddress(params) }),
  ticker: (client, params) => client.ticker(params),
  order_book: (client, params) => client.orderBook(params),
  raw: (client, { method, target, params }) => client.raw({ method, path: target, params }),
};

async function reported(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BitunixError)) throw error;
    throw new ClientError(error.kind, error.message, { type: error.name, httpStatus: error.status });
  }
}

serve({
  name: 'bitunix-node',
  version: '1.0.0',
  language: 'javascript',
  dialects: ['bitunix'],
  operations: Object.keys(OPERATIONS),
  features: ['concurrent', 'tls'],
  http_stack: `node:http ${process.versions.node}`,
  open({ key, secret, base_url: baseUrl, timeout_s: timeoutS, ca_file: caFile }) {
    const client = new BitunixClient({ key, secret, baseUrl, caFile, timeoutMs: timeoutS * 1000 });
    return { call: (operation, params) => reported(() => OPERATIONS[operation](client, params)) };
  },
});
