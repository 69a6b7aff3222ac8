// A DNS server of others (dnsmasq) that answers for nothing but its records.

import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";

import { freePort } from "../program.mjs";

const QUIET = ["--keep-in-foreground", "--conf-file=/dev/null", "--pid-file", "--no-resolv", "--no-hosts", "--bind-interfaces", "--listen-address=127.0.0.1", "--user="];

/** Starts a server without records; `address` is for the settings. */
export async function startDns() {
  const port = await freePort();
  const records = [];
  let server = await start(port, records);
  return {
    address: `127.0.0.1:${port}`,
    /** Adds a TXT record. dnsmasq reads its records when it starts. */
    async publish(name, text) {
      records.push(`--txt-record=${name},${text}`);
      await stop(server);
      server = await start(port, records);
    },
    kill: () => server.kill(),
  };
}

async function start(port, records) {
  const path = `${process.env.PATH}:/usr/sbin`;
  const server = spawn("dnsmasq", [...QUIET, `--port=${port}`, ...records], { stdio: "ignore", env: { ...process.env, PATH: path } });
  const failed = new Promise((_, reject) => server.on("error", reject));
  await Promise.race([answers(port), failed]);
  return server;
}

function stop(server) {
  return new Promise((resolve) => {
    server.on("exit", resolve);
    server.kill();
  });
}

/** Asks until there is an answer, whatever it says. */
function answers(port) {
  // Number 1, one question: TXT of the root.
  const question = Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 1]);
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    const ask = setInterval(() => socket.send(question, port, "127.0.0.1"), 20);
    socket.on("error", () => {});
    socket.on("message", () => {
      clearInterval(ask);
      socket.close();
      resolve();
    });
  });
}
