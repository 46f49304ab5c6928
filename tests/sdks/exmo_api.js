// exmo-api, EXMO's own sample, untouched, one call at a time: [method, parameters] as a line of JSON in, the text of the
// answer as a line of JSON out.
//
// The SDK knows one host and has no option for another. So Node is told how a connection is made: to us, who show a
// certificate for that host.
'use strict';

const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const readline = require('node:readline');
const tls = require('node:tls');

const [, , folder, port, authority, key, secret] = process.argv;
const ca = fs.readFileSync(authority);
https.Agent.prototype.createConnection = () =>
  tls.connect({ host: '127.0.0.1', port: Number(port), servername: 'api.exmo.com', ca });

const exmo = require(path.join(folder, 'node_modules', 'exmo-api'));
exmo.init_exmo({ key, secret });

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [method, parameters] = JSON.parse(line);
  exmo.api_query(method, parameters, (answer) =>
    console.log(JSON.stringify(typeof answer === 'string' ? answer : { failed: String(answer) })));
});
