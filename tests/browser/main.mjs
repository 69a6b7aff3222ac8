// Walks the pages as everybody and says what is wrong with them. See docs/accessibility.md.

import { axeFaults } from "./checks/axe.mjs";
import { buttonFaults, buttonsToPress } from "./checks/buttons.mjs";
import { choiceFaults } from "./checks/choices.mjs";
import { emptyFormFaults, formsToFill } from "./checks/forms.mjs";
import { keyboardFaults, skipLinkFaults } from "./checks/keyboard.mjs";
import { documentFaults, headerFaults, narrowFaults } from "./checks/page.mjs";
import { weightFaults } from "./checks/weight.mjs";
import { crawl, kindOf } from "./crawl.mjs";
import { chromium } from "./packages.mjs";
import { finish, note } from "./report.mjs";
import { startSite } from "./site.mjs";

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const site = await startSite();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
try {
  await Promise.all([walk("anonymous", "nl", {}), walk("anonymous", "en", {})]);
  await walk("anonymous", "nl", { javaScriptEnabled: false });
  note("language and appearance", await choiceFaults(browser, site.origin));
  note("weight of the first page", await weightFaults(browser, `${site.origin}/`));
} finally {
  await browser.close();
  site.stop();
}
process.exitCode = finish();

/** Looks at every page that somebody can come to, in one language. */
async function walk(who, language, options) {
  // Without motion, so that no colour is measured on its way to another.
  const usual = { locale: language, viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" };
  const context = await browser.newContext({ ...usual, ...options });
  const page = await context.newPage();
  // axe waits for timers, which a page without script does not have.
  const hasScript = options.javaScriptEnabled !== false;
  const said = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  const forms = new Map();
  const buttons = new Map();
  const kinds = await crawl(page, site.origin, async ({ kind, from, isFirst, isPage, response }) => {
    const name = `${who} ${language} ${kind}`;
    note(`${name}: opens`, response.ok() ? [] : [`${response.status()}, linked from ${from}`]);
    const complaints = said.splice(0);
    if (!isFirst || !isPage || !response.ok()) return;
    note(`${name}: document`, [...(await documentFaults(page)), ...complaints]);
    note(`${name}: headers`, headerFaults(response));
    if (hasScript) note(`${name}: axe`, await axeFaults(page));
    note(`${name}: narrow`, await narrowFaults(page));
    note(`${name}: keyboard`, await keyboardFaults(page));
    note(`${name}: skip link`, await skipLinkFaults(page));
    const address = page.url().split("#")[0];
    for (const form of await formsToFill(page)) {
      if (!forms.has(form.name)) forms.set(form.name, { ...form, address, kind });
    }
    for (const button of await buttonsToPress(page)) {
      if (!buttons.has(button.name)) buttons.set(button.name, { ...button, address });
    }
  });
  for (const [name, form] of forms) {
    note(`${who} ${language} ${form.kind}: ${name} sent empty`, [
      ...(await emptyFormFaults(page, form)),
      ...(hasScript ? await axeFaults(page) : []),
    ]);
  }
  // Last, since they change things; and very last what ends the session.
  const order = [...buttons].sort(([a], [b]) => a.includes("sign-out") - b.includes("sign-out"));
  for (const [name, button] of order) note(`${who} ${language}: ${name} pressed`, await buttonFaults(page, button));
  console.log(`${who} ${language}: ${kinds.length} kinds of pages, ${forms.size} forms, ${buttons.size} buttons`);
  await context.close();
}
