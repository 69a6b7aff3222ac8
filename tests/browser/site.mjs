// A demo installation in a temporary folder, the people who visit it, and the program that serves its pages.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startProvider } from "./counterparts/provider.mjs";
import { freePort, run, serve } from "./program.mjs";

/** Findings of several owners, for messages that wait for approval. */
const HELD_REPORT = `timestamp,severity,ip,protocol,port,hostname,tag,asn,geo
{time},high,192.0.2.10,tcp,5900,,vnc,,NL
{time},high,198.51.100.9,tcp,5900,,vnc,64500,NL
{time},high,198.51.100.200,tcp,5900,,vnc,64500,NL
`;

/**
 * Makes the installation and serves it on a free port. `origin` is what browsers ask, `visitors` are those who signed
 * in, `invitations` are the paths by which an administrator of the desk and one of the hospital may join, `provider` is
 * where people sign in too, `stop` ends it all.
 */
export async function startSite() {
  const folder = mkdtempSync(join(tmpdir(), "seinpost-browser-"));
  const started = [];
  const stop = () => {
    for (const one of started) one.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await siteIn(folder, started)), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function siteIn(folder, started) {
  const data = join(folder, "data");
  const here = ["--data", data];
  const { people } = JSON.parse(await run("seinpost", ...here, "--json", "demo"));
  await run("seinpost", ...here, "desk", "set", "--alerts", "hold", "--registration", "hold");
  const report = join(folder, "held-scan_vnc.csv");
  const time = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  writeFileSync(report, HELD_REPORT.replaceAll("{time}", time));
  await run("seinpost", ...here, "gather", report);
  await run("seinpost", ...here, "work", "--until-idle");
  const visitors = (await run("examples/visitors", data))
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([who, language, token]) => ({ who, language, token }));
  const port = await freePort();
  // By name: passkeys and cookies belong to a name.
  const origin = `http://localhost:${port}`;
  const provider = await startProvider(origin);
  started.push(provider);
  provider.settle(data);
  // Pages only: the demo has done the work.
  started.push(await serve(...here, "serve", "--listen", `127.0.0.1:${port}`, "--stages", "none"));
  const invitations = people.map(({ link }) => new URL(link).pathname);
  return { origin, visitors, invitations, provider };
}
