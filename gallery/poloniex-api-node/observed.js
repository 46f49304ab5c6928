// A small bot on `poloniex-api-node`, such as its users write: `noncense observe --dialect poloniex -- node THIS_FILE`.
'use strict';

const path = require('node:path');

const MODULES = path.resolve(__dirname, '..', '..', '.sdks', 'gallery', 'poloniex-api-node', 'node_modules');
const Poloniex = require(path.join(MODULES, 'poloniex-api-node'));

const ROUNDS = 20;
const PAIR = 'USDT_BTC';

/** Make a call; a bot that lives through a bad day says what failed, and goes on. */
async function attempt(call) {
  try {
    return await call();
  } catch (failure) {
    console.log(failure.message);
    return null;
  }
}

async function main() {
  const api = new Poloniex(process.env.NONCENSE_KEY, process.env.NONCENSE_SECRET, { socketTimeout: 2000 });
  for (let number = 0; number < ROUNDS; number += 1) {
    await attempt(() => api.returnTicker());
    await attempt(() => api.returnBalances());
    const placed = await attempt(() => api.buy(PAIR, String(15000 + number), '0.001'));
    await attempt(() => api.returnOpenOrders(PAIR));
    if (placed?.orderNumber) await attempt(() => api.cancelOrder(placed.orderNumber));
    await Promise.all([
      attempt(() => api.returnMyTradeHistory(PAIR)),
      attempt(() => api.returnFeeInfo()),
      attempt(() => api.returnDepositAddresses()),
    ]);
  }
  await attempt(() => api.withdraw('BTC', '0.5', "a'b(c)!"));
}

main();
