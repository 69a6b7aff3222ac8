// Walks the pages as everybody and says what is wrong with them. See docs/accessibility.md.

import { choiceFaults } from "./checks/choices.mjs";
import { passkeyFaults } from "./checks/passkeys.mjs";
import { weightFaults } from "./checks/weight.mjs";
import { chromium } from "./packages.mjs";
import { finish, note } from "./report.mjs";
import { startSite } from "./site.mjs";
import { walk } from "./walk.mjs";

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const asked = process.argv.slice(2);
const site = await startSite();
// However this ends, the server ends with it.
process.on("exit", site.stop);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(2));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
try {
  const anonymous = ["nl", "en"].map((language) => ({ who: "anonymous", language }));
  const everybody = [...anonymous, ...site.visitors].filter(({ who }) => asked.length === 0 || asked.includes(who));
  // Two at a time: one in each language.
  const lanes = ["nl", "en"].map(async (language) => {
    for (const visitor of everybody.filter((one) => one.language === language)) await walk(browser, site.origin, visitor);
  });
  await Promise.all(lanes);
  note("language and appearance", await choiceFaults(browser, site.origin));
  note("passkeys", await passkeyFaults(browser, site.origin, site.invite()));
  note("weight of the first page", await weightFaults(browser, `${site.origin}/`));
} finally {
  await browser.close();
}
// The server is a child that would keep this waiting.
process.exit(finish());
