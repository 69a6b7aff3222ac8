// A demo installation in a temporary folder, the people who visit it, and the program that serves its pages.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const programs = process.env.PROGRAMS;

/**
 * Makes the installation and serves it on a free port. `origin` is what browsers ask, `visitors` are those who signed
 * in, `invite` gives the path of an invitation, `stop` ends it all.
 */
export async function startSite() {
  const folder = mkdtempSync(join(tmpdir(), "seinpost-browser-"));
  try {
    return await siteIn(folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function siteIn(folder) {
  const data = join(folder, "data");
  run("seinpost", "--data", data, "demo");
  const visitors = run("examples/visitors", data)
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([who, language, token]) => ({ who, language, token }));
  const server = await serve(data);
  const stop = () => {
    server.process.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin: server.origin, visitors, invite: () => invite(data), stop };
}

/** Invites somebody who is not there yet. */
function invite(data) {
  const person = ["--email", "new@csirt.example", "--name", "Sam Visser"];
  const link = run("seinpost", "--data", data, "--profile", "test", "person", "add", ...person);
  return new URL(link).pathname;
}

function run(program, ...command) {
  const { status, stdout, stderr } = spawnSync(join(programs, program), command, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${command.join(" ")} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** Pages only: the demo has done the work. The program says on standard error where it listens. */
function serve(data) {
  const command = ["--data", data, "--profile", "test", "serve", "--listen", "127.0.0.1:0", "--stages", "none"];
  const process = spawn(join(programs, "seinpost"), command, { stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    process.stderr.on("data", (text) => {
      said += text;
      const port = said.match(/listening on http:\/\/127\.0\.0\.1:(\d+)/)?.[1];
      // By name: passkeys and cookies belong to a name.
      if (port) resolve({ process, origin: `http://localhost:${port}` });
    });
    process.on("exit", (code) => reject(new Error(`seinpost serve ended with ${code}:\n${said}`)));
  });
}
