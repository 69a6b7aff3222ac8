// A whole installation for one story: the program with its worker, a mail server, a DNS server, and a clock that stands
// where the story wants it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startDns } from "../counterparts/dns.mjs";
import { startMailServer } from "../counterparts/smtp.mjs";
import { freePort, run, serve } from "../program.mjs";

const DESK = [
  ["--name", "CSIRT Voorbeeld", "--sender", "waarschuwing@csirt-voorbeeld.example", "--reply-to", "meldpunt@csirt-voorbeeld.example"],
  ["--phone", "+31 70 000 00 00", "--lawful-basis", "Cyberbeveiligingswet, artikel 16 (voorbeeld)", "--time-zone", "Europe/Amsterdam"],
  ["--privacy-nl", "Zie csirt-voorbeeld.example/privacy.", "--privacy-en", "See csirt-voorbeeld.example/en/privacy.", "--language", "nl"],
].flat();

export class Stage {
  /** Sets the desk up; nothing is served yet. */
  static async open() {
    const stage = new Stage();
    // However this ends, the server ends with it.
    process.on("exit", () => stage.stop());
    stage.folder = mkdtempSync(join(tmpdir(), "seinpost-story-"));
    stage.port = await freePort();
    stage.origin = `http://localhost:${stage.port}`;
    stage.mails = await startMailServer();
    stage.dns = await startDns();
    return stage;
  }

  /** Stops the program, and starts it at another moment. */
  async at(moment) {
    this.now = new Date(moment);
    await this.rest();
    writeFileSync(
      join(this.folder, "seinpost.toml"),
      `profile = "test"
now = "${moment}"
listen = "127.0.0.1:${this.port}"
origin = "${this.origin}"
dns-servers = "${this.dns.address}"
[mail]
transport = "smtp"
url = "${this.mails.url}"
`,
    );
    if (!this.isSet) await this.run("desk", "set", ...DESK);
    this.isSet = true;
    this.server = await serve("--data", this.folder, "serve");
  }

  run(...command) {
    return run("seinpost", "--data", this.folder, ...command);
  }

  /** Writes a file, for a command that reads one. */
  file(name, text) {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Invites somebody; gives the link. */
  async invite(email, name, ...options) {
    return (await this.run("person", "add", "--email", email, "--name", name, ...options)).trim();
  }

  /** Takes a report in, and waits until all of it is done. */
  async gather(name, text, ...options) {
    await this.run("gather", this.file(name, text), ...options);
    await this.idle();
  }

  /** Waits until no work and no message waits. */
  idle() {
    return this.until(({ jobs, notifications, deliveries }) => jobs.waiting + notifications.collecting + notifications.approved + deliveries.pending);
  }

  /** Waits until it is decided who is told what, also where the mail is for later. */
  decided() {
    return this.until(({ jobs, notifications }) => jobs.waiting + notifications.collecting);
  }

  /** Waits until nothing is left of what `waiting` counts. */
  async until(waiting) {
    for (let tries = 0; tries < 200; tries += 1) {
      if (waiting(JSON.parse(await this.run("--json", "status"))) === 0) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error("the work does not end");
  }

  async rest() {
    if (!this.server) return;
    const ended = new Promise((resolve) => this.server.on("exit", resolve));
    this.server.kill();
    await ended;
  }

  /** Nothing was lost, and the audit log is whole: the exit codes say so. */
  async audit() {
    await this.rest();
    await this.run("status");
    await this.run("check");
  }

  stop() {
    this.server?.kill("SIGKILL");
    this.dns?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
