// A client of Poloniex that knows nothing but https://poloniex.com: client.mjs KEY SECRET WAY.
import { createHmac } from "node:crypto";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";

const host = "poloniex.com", path = "/tradingApi", url = `https://${host}${path}`;
const [key, secret, way] = process.argv.slice(2);
const body = `command=returnBalances&nonce=${Date.now()}000`;
const headers = {
  Key: key,
  Sign: createHmac("sha512", secret).update(body).digest("hex"),
  "Content-Type": "application/x-www-form-urlencoded",
};

function byHttps(options = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: "POST", headers, ...options }, (answer) => {
      let text = "";
      answer.on("data", (data) => (text += data));
      answer.on("end", () => resolve(text));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function bySocket(line) {
  return new Promise((resolve, reject) => {
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    let text = "";
    line.on("error", reject);
    line.on("data", (data) => (text += data));
    line.on("end", () => resolve(text.slice(text.indexOf("\r\n\r\n") + 4)));
    line.write(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  });
}

const ways = {
  fetch: async () => (await fetch(url, { method: "POST", headers, body })).text(),
  https: () => byHttps(),
  // Trusts the authorities that it brings along, and no other.
  pinned: () => byHttps({ ca: tls.rootCertificates }),
  tls: () => bySocket(tls.connect(443, host, { servername: host })),
  net: () => bySocket(tls.connect({ socket: net.connect(443, host), servername: host })),
  undici: async () => {
    const { request } = await import("undici");
    return (await request(url, { method: "POST", headers, body })).body.text();
  },
  axios: async () => {
    const { default: axios } = await import("axios");
    return JSON.stringify((await axios.post(url, body, { headers })).data);
  },
};

console.log(JSON.stringify(JSON.parse(await ways[way]()).BTC));
