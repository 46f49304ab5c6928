// A small bot on `poloniex-unofficial`, such as its users write: `noncense observe --dialect poloniex -- node THIS_FILE`.
'use strict';

const path = require('node:path');

const MODULES = path.resolve(__dirname, '..', '..', '.sdks', 'gallery', 'poloniex-unofficial', 'node_modules');
const { PublicWrapper, TradingWrapper } = require(path.join(MODULES, 'poloniex-unofficial'));

const ROUNDS = 20;
const PAIR = 'USDT_BTC';
const PATIENCE_MS = 5000;

/** Make a call; a bot that lives through a bad day says what failed, or that nothing came, and goes on. */
function attempt(call) {
  return new Promise((resolve) => {
    const tired = setTimeout(() => resolve(null), PATIENCE_MS);
    call((failure, value) => {
      clearTimeout(tired);
      if (failure) console.log(failure.msg);
      resolve(value);
    });
  });
}

process.on('uncaughtException', (failure) => console.log(String(failure)));

async function main() {
  const trading = new TradingWrapper(process.env.NONCENSE_KEY, process.env.NONCENSE_SECRET);
  const open = new PublicWrapper();
  for (let number = 0; number < ROUNDS; number += 1) {
    await attempt((done) => open.returnTicker(done));
    await attempt((done) => trading.returnBalances(done));
    const placed = await attempt((done) => trading.buy(PAIR, String(15000 + number), '0.001', 0, 0, done));
    await attempt((done) => trading.returnOpenOrders(PAIR, done));
    if (placed?.orderNumber) await attempt((done) => trading.cancelOrder(placed.orderNumber, done));
    await Promise.all([
      attempt((done) => trading.returnFeeInfo(done)),
      attempt((done) => trading.returnDepositAddresses(done)),
      attempt((done) => trading.returnTradableBalances(done)),
    ]);
  }
  process.exit(0);
}

main();
