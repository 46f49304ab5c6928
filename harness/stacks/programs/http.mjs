// Node's http and https, as the laboratory of HTTP stacks calls them; the protocol stands in README.md.

import http from "node:http";
import https from "node:https";

const HEADERS = { Key: "key-of-the-laboratory", Sign: "sign-of-the-laboratory", Authorization: "Bearer laboratory" };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const [mode, ...calls] = process.argv.slice(2);
const tell = (told) => process.stdout.write(JSON.stringify(told) + "\n");

function asked(method, body, url) {
  return new Promise((resolve, reject) => {
    const headers = body ? { ...HEADERS, ...FORM, "Content-Length": Buffer.byteLength(body) } : HEADERS;
    const cures = mode === "cured" ? { signal: AbortSignal.timeout(3000) } : {};
    const request = (url.startsWith("https:") ? https : http).request(url, { method, headers, ...cures }, (answer) => {
      let bytes = 0;
      answer.on("data", (piece) => (bytes += piece.length));
      answer.on("end", () => resolve({ status: answer.statusCode, bytes, headers: answer.headersDistinct }));
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

tell({ stack: process.versions.node, runtime: `Node ${process.versions.node}` });
for (const call of calls) {
  const [method, size, url] = call.split(" ");
  const body = method === "POST" ? "nonce=1&c=buy".padEnd(Number(size), "x") : undefined;
  try {
    tell(await asked(method, body, url));
  } catch (problem) {
    tell({ error: `${problem.code ?? problem.name}: ${problem.message}` });
  }
}
process.exit(0);
