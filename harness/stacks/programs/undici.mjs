// undici's request, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const need = createRequire(`${process.env.NONCENSE_STACKS_NODE}/`);
const { Agent, interceptors, request } = await import(pathToFileURL(need.resolve("undici")));
const { version } = need("undici/package.json");

const HEADERS = { Key: "key-of-the-laboratory", Sign: "sign-of-the-laboratory", Authorization: "Bearer laboratory" };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const [mode, ...calls] = process.argv.slice(2);
const tell = (told) => process.stdout.write(JSON.stringify(told) + "\n");
const following = { dispatcher: new Agent().compose(interceptors.redirect({ maxRedirections: 20 })) };
const additions = { "as-is": {}, follow: following, cured: { headersTimeout: 3000, bodyTimeout: 3000 } }[mode];

tell({ stack: version, runtime: `Node ${process.versions.node}` });
for (const call of calls) {
  // A connection is free again only when its answer's last callbacks have run.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const [method, size, url] = call.split(" ");
  const body = method === "POST" ? "nonce=1&c=buy".padEnd(Number(size), "x") : undefined;
  try {
    const answer = await request(url, { method, body, headers: body ? { ...HEADERS, ...FORM } : HEADERS, ...additions });
    const content = await answer.body.arrayBuffer();
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, [value].flat()]));
    tell({ status: answer.statusCode, bytes: content.byteLength, headers });
  } catch (problem) {
    tell({ error: `${problem.name}: ${problem.message}` });
  }
}
process.exit(0);
