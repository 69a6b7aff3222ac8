// A mail server on the loopback address that keeps what it gets.

import { createServer } from "node:net";

import { readMail } from "../mail.mjs";

/** Starts a server; `url` is for the settings. */
export async function startMailServer() {
  const mails = [];
  const waiting = new Set();
  const keep = (to, bytes) => {
    mails.push({ ...readMail(bytes), to, at: Date.now() });
    for (const look of waiting) look();
  };
  const server = createServer((socket) => converse(socket, keep));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  // What is still connected does not keep the process alive.
  server.unref();
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    /** What came so far for this address. */
    to: (address) => mails.filter((mail) => mail.to.includes(address)),
    /** All that came so far. */
    all: () => [...mails],
    /** The `count`th mail for this address whose subject says so, when it has come. */
    next(address, subject, count = 1) {
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no mail ${count} for ${address} about \`${subject}\`; there are: ${mails.map((mail) => `${mail.to}: ${mail.subject}`).join("; ")}`));
        }, 60_000);
        const look = () => {
          const found = mails.filter((mail) => mail.to.includes(address) && mail.subject.includes(subject));
          if (found.length < count) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve(found[count - 1]);
        };
        waiting.add(look);
        look();
      });
    },
  };
}

function converse(socket, keep) {
  let to = [];
  let data = null;
  let rest = "";
  const say = (line) => socket.write(`${line}\r\n`);
  socket.setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("data", (text) => {
    rest += text;
    for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (data === null) command(line);
      else if (line === ".") taken();
      else data.push(line.replace(/^\./, ""));
    }
  });
  const taken = () => {
    keep(to, Buffer.from(data.join("\r\n"), "latin1"));
    data = null;
    to = [];
    say("250 taken");
  };
  const command = (line) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") return say("250-sink.example\r\n250 8BITMIME");
    if (verb === "RCPT") to.push(line.match(/<(.*)>/)[1]);
    if (verb === "DATA") {
      data = [];
      return say("354 go on");
    }
    if (verb === "QUIT") return socket.end("221 bye\r\n");
    say("250 ok");
  };
  say("220 sink.example ESMTP");
}
