// exmo-ts-api, untouched, one call at a time: a line of JSON in ([method, ...arguments]), a line of JSON out.
//
// Where the server is, is a property of the client object, set after it was made. The package's `main` names a file that
// it does not contain, so its entry is required by path.
'use strict';

const path = require('node:path');
const readline = require('node:readline');

const [, , folder, url, key, secret] = process.argv;
const { ExmoApi } = require(path.join(folder, 'node_modules', 'exmo-ts-api', 'dist', 'src', 'index.js'));

const api = key ? new ExmoApi({ publicKey: key, secretKey: secret }) : new ExmoApi();
api._url = `${url}/v1.1/`;

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const [method, ...given] = JSON.parse(line);
  let answer;
  try {
    answer = { value: await api[method](...given) };
  } catch (failure) {
    answer = { error: failure.message };
  }
  console.log(JSON.stringify(answer));
});
