// A demo installation in a temporary folder, and the program that serves its pages.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.env.SEINPOST;

/** Makes the installation and serves it on a free port; `origin` is what browsers ask, `stop` ends it. */
export async function startSite() {
  const folder = mkdtempSync(join(tmpdir(), "seinpost-browser-"));
  const data = join(folder, "data");
  const run = (...command) => {
    const { status, stdout, stderr } = spawnSync(program, ["--data", data, ...command], { encoding: "utf8" });
    if (status !== 0) throw new Error(`seinpost ${command.join(" ")} ended with ${status}:\n${stderr}`);
    return stdout;
  };
  run("demo");
  const server = await serve(data);
  const stop = () => {
    server.process.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin: server.origin, run, stop };
}

/** Pages only: the demo has done the work. The program says on standard error where it listens. */
function serve(data) {
  const command = ["--data", data, "--profile", "test", "serve", "--listen", "127.0.0.1:0", "--stages", "none"];
  const process = spawn(program, command, { stdio: ["ignore", "ignore", "pipe"] });
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
