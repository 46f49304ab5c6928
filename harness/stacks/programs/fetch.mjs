// Node's fetch, as the laboratory of HTTP stacks calls it; the protocol stands in README.md.

const HEADERS = { Key: "key-of-the-laboratory", Sign: "sign-of-the-laboratory", Authorization: "Bearer laboratory" };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const [mode, ...calls] = process.argv.slice(2);
const tell = (told) => process.stdout.write(JSON.stringify(told) + "\n");

tell({ stack: process.versions.undici, runtime: `Node ${process.versions.node}` });
for (const call of calls) {
  // A connection is free again only when its answer's last callbacks have run.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const [method, size, url] = call.split(" ");
  const body = method === "POST" ? "nonce=1&c=buy".padEnd(Number(size), "x") : undefined;
  const cures = mode === "cured" ? { redirect: "manual", signal: AbortSignal.timeout(3000) } : {};
  try {
    const answer = await fetch(url, { method, body, headers: body ? { ...HEADERS, ...FORM } : HEADERS, ...cures });
    const content = await answer.arrayBuffer();
    const headers = Object.fromEntries([...answer.headers].map(([name, value]) => [name, [value]]));
    tell({ status: answer.status, bytes: content.byteLength, headers });
  } catch (problem) {
    tell({ error: `${problem.name}: ${problem.message}${problem.cause ? `: ${problem.cause.message}` : ""}` });
  }
}
