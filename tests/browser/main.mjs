// Walks the pages as everybody, plays the stories, and says what is wrong. See docs/accessibility.md.

import { choiceFaults } from "./checks/choices.mjs";
import { passkeyFaults } from "./checks/passkeys.mjs";
import { providerFaults } from "./checks/providers.mjs";
import { sessionFaults } from "./checks/session.mjs";
import { weightFaults } from "./checks/weight.mjs";
import { chromium } from "./packages.mjs";
import { finish, note } from "./report.mjs";
import { startSite } from "./site.mjs";
import { applicant } from "./stories/applicant.mjs";
import { bakery } from "./stories/bakery.mjs";
import { hospital } from "./stories/hospital.mjs";
import { newcomer } from "./stories/newcomer.mjs";
import { walk } from "./walk.mjs";

// Of Chromium the shell without windows: it passes the same checks in two thirds of the time.
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const STORIES = { applicant, bakery, hospital, newcomer };

const asked = process.argv.slice(2);
const isAsked = (name) => asked.length === 0 || asked.includes(name);
const stories = Object.keys(STORIES).filter(isAsked);

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(2));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell", args: QUIET });
try {
  if (asked.length === 0 || stories.length < asked.length) await walkAll();
  await Promise.all(stories.map((name) => STORIES[name](browser)));
} finally {
  await browser.close();
}
// The servers are children that would keep this waiting.
process.exit(finish());

async function walkAll() {
  const site = await startSite();
  // However this ends, the server ends with it.
  process.on("exit", site.stop);
  // First: the walk ends invitations.
  const [ofDesk, ofHospital] = site.invitations;
  note("passkeys", await passkeyFaults(browser, site.origin, ofDesk));
  note("providers", await providerFaults(browser, site, ofHospital));
  const atDesk = site.visitors.find(({ who, language }) => who === "desk" && language === "en");
  note("session", await sessionFaults(browser, site.origin, atDesk.token));
  const anonymous = ["nl", "en"].map((language) => ({ who: "anonymous", language }));
  const everybody = [...anonymous, ...site.visitors].filter(({ who }) => isAsked(who));
  // Two at a time: one in each language.
  const lanes = ["nl", "en"].map(async (language) => {
    for (const visitor of everybody.filter((one) => one.language === language)) await walk(browser, site.origin, visitor);
  });
  await Promise.all(lanes);
  note("language and appearance", await choiceFaults(browser, site.origin));
  note("weight of the first page", await weightFaults(browser, `${site.origin}/`));
  site.stop();
}
