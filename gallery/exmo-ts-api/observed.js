// A small bot on `exmo-ts-api`, such as its users write: `noncense observe --dialect exmo -- node THIS_FILE [--queue]`.
'use strict';

const path = require('node:path');

const MODULES = path.resolve(__dirname, '..', '..', '.sdks', 'gallery', 'exmo-ts-api', 'node_modules');
const { ExmoApi } = require(path.join(MODULES, 'exmo-ts-api', 'dist', 'src', 'index.js'));

const ROUNDS = 20;
const PAIR = 'BTC_USD';
const PATIENCE_MS = 5000;
// An optional setting of the bot that nobody made, handed on as it is. It is refused, and with the queue on a refusal ends
// every later call; so there it is made.
const LIMIT = process.argv.includes('--queue') ? 100 : null;

/** Make a call; a bot that lives through a bad day says what failed, or that nothing came, and goes on. */
async function attempt(call) {
  let tired;
  const patience = new Promise((resolve) => {
    tired = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([call(), patience]);
  } catch (failure) {
    console.log(failure.message);
    return null;
  } finally {
    clearTimeout(tired);
  }
}

process.on('unhandledRejection', (failure) => console.log(String(failure?.message)));

async function main() {
  const api = new ExmoApi({ publicKey: process.env.NONCENSE_KEY, secretKey: process.env.NONCENSE_SECRET });
  api.requestsScheduleOn(process.argv.includes('--queue'));
  for (let number = 0; number < ROUNDS; number += 1) {
    await attempt(() => api.ticker(PAIR));
    await attempt(() => api.userInfo());
    const order = { pair: PAIR, quantity: '0.001', price: String(15000 + number), type: 'buy' };
    const placed = await attempt(() => api.orderCreate(order));
    await attempt(() => api.userOpenOrders(PAIR));
    if (placed?.order_id) await attempt(() => api.orderCancel(placed.order_id));
    await Promise.all([attempt(() => api.userTrades(PAIR, LIMIT)), attempt(() => api.userCancelledOrders())]);
  }
  process.exit(0);
}

main();
