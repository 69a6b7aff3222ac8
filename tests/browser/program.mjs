// The program itself, and free ports for it.

import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";

const programs = process.env.PROGRAMS;

/** Runs a program to its end and gives what it printed; anything but exit code 0 is an error. */
export function run(program, ...command) {
  return new Promise((resolve, reject) => {
    execFile(join(programs, program), command, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${command.join(" ")} ended with ${error.code}:\n${stderr}${stdout}`));
      else resolve(stdout);
    });
  });
}

/** Starts `seinpost serve`, and waits until it says on standard error that it listens. */
export function serve(...command) {
  const server = spawn(join(programs, "seinpost"), command, { stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (text) => {
      said += text;
      if (said.includes("listening on ")) resolve(server);
    });
    server.on("exit", (code) => reject(new Error(`seinpost serve ended with ${code}:\n${said}`)));
  });
}

/** A port on the loopback address that nobody listens on. */
export function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
