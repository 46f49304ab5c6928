'use strict';

const { execSync } = require('child_process');
const fs = require('fs');
const { serve, ClientError, Skipped } = require('../../../../adapters/node/noncense-adapter');

const DEEDS = {
  echo: (params) => params,
  print() {
    console.log('noise: log');
    process.stdout.write('noise: stream\n');
    fs.writeSync(1, 'noise: descriptor\n');
    return {};
  },
  child: () => execSync('echo noise: child; cat', { stdio: 'inherit' }) || {},
  reported() {
    throw new ClientError('nonce', 'Nonce must be greater than 7.', { type: 'InvalidNonce', httpStatus: 422 });
  },
  nothing() {},
  skipped() {
    throw new Skipped('it cannot send an empty list');
  },
  foreign() {
    throw new RangeError('something of its own');
  },
  large: () => 'x'.repeat(9 * 1024 * 1024),
  odd: () => ['\ud800', NaN, 'é"\\\n\u2028'],
  leave: () => process.exit(7),
  hang: () => new Promise(() => {}),
};

serve({
  name: 'evil',
  version: '1',
  dialects: ['reference'],
  operations: Object.keys(DEEDS),
  features: ['concurrent'],
  open({ key }) {
    if (key === 'refuse') throw new ClientError('authentication', 'a key has 32 characters');
    return { call: (operation, params) => DEEDS[operation](params), close: () => console.log('closed') };
  },
});
