// got, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const need = createRequire(`${process.env.NONCENSE_STACKS_NODE}/`);
const place = need.resolve("got");
const { default: got } = await import(pathToFileURL(place));
const { version } = JSON.parse(readFileSync(join(dirname(place), "..", "..", "package.json"), "utf8"));

const HEADERS = { Key: "key-of-the-laboratory", Sign: "sign-of-the-laboratory", Authorization: "Bearer laboratory" };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const [mode, ...calls] = process.argv.slice(2);
const tell = (told) => process.stdout.write(JSON.stringify(told) + "\n");
const cures = mode === "cured" ? { followRedirect: false, retry: { limit: 0 }, timeout: { request: 3000 } } : {};

tell({ stack: version, runtime: `Node ${process.versions.node}` });
for (const call of calls) {
  const [method, size, url] = call.split(" ");
  const body = method === "POST" ? "nonce=1&c=buy".padEnd(Number(size), "x") : undefined;
  const headers = body ? { ...HEADERS, ...FORM } : HEADERS;
  try {
    const answer = await got(url, { method, body, headers, ...cures });
    const heard = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, [value].flat()]));
    tell({ status: answer.statusCode, bytes: answer.rawBody.length, headers: heard });
  } catch (problem) {
    tell({ error: `${problem.code ?? problem.name}: ${problem.message}` });
  }
}
process.exit(0);
