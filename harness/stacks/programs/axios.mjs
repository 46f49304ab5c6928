// axios, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

import { createRequire } from "node:module";

const need = createRequire(`${process.env.NONCENSE_STACKS_NODE}/`);
const axios = need("axios");

const HEADERS = { Key: "key-of-the-laboratory", Sign: "sign-of-the-laboratory", Authorization: "Bearer laboratory" };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const [mode, ...calls] = process.argv.slice(2);
const tell = (told) => process.stdout.write(JSON.stringify(told) + "\n");
const cures = mode === "cured" ? { maxRedirects: 0, timeout: 3000 } : {};

tell({ stack: axios.VERSION, runtime: `Node ${process.versions.node}` });
for (const call of calls) {
  const [method, size, url] = call.split(" ");
  const data = method === "POST" ? "nonce=1&c=buy".padEnd(Number(size), "x") : undefined;
  const headers = data ? { ...HEADERS, ...FORM } : HEADERS;
  try {
    const answer = await axios.request({ method, url, data, headers, responseType: "arraybuffer", ...cures });
    const heard = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, [value].flat()]));
    tell({ status: answer.status, bytes: answer.data.byteLength, headers: heard });
  } catch (problem) {
    tell({ error: `${problem.code ?? problem.name}: ${problem.message}` });
  }
}
process.exit(0);
