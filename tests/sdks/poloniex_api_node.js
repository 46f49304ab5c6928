// poloniex-api-node, untouched, one call at a time: a line of JSON in ([method, ...arguments]), a line of JSON out.
//
// The SDK knows one host. Its `agent` option, an agent of Node's own, says how a connection to it is made: to us, who
// show a certificate for that host.
'use strict';

const fs = require('fs');
const https = require('https');
const readline = require('readline');
const tls = require('tls');

const [, , folder, port, authority, key, secret] = process.argv;
const Poloniex = require(`${folder}/node_modules/poloniex-api-node`);

const ca = fs.readFileSync(authority);
const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
agent.createConnection = () => tls.connect({ host: '127.0.0.1', port: Number(port), servername: 'poloniex.com', ca });

const client = new Poloniex(key, secret, { agent });
const lines = readline.createInterface({ input: process.stdin });

lines.on('line', async (line) => {
  const [method, ...given] = JSON.parse(line);
  const answered = (answer) => console.log(JSON.stringify(answer));
  if (method.startsWith('callback:')) {
    client[method.slice('callback:'.length)](...given, (error, value) =>
      answered(error ? { error: error.message } : { value }));
    return;
  }
  try {
    answered({ value: await client[method](...given) });
  } catch (error) {
    answered({ error: error.message });
  }
});
lines.on('close', () => agent.destroy());
