// Walks the pages as everybody and says what is wrong with them. See docs/accessibility.md.

import { axeFaults } from "./checks/axe.mjs";
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
  await walk("anonymous", "nl", {});
  await walk("anonymous", "en", {});
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
  const said = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  const forms = new Map();
  const kinds = await crawl(page, site.origin, async ({ kind, from, isFirst, isPage, response }) => {
    const name = `${who} ${language} ${kind}`;
    note(`${name}: opens`, response.ok() ? [] : [`${response.status()}, linked from ${from}`]);
    const complaints = said.splice(0);
    if (!isFirst || !isPage || !response.ok()) return;
    note(`${name}: document`, [...(await documentFaults(page)), ...complaints]);
    note(`${name}: headers`, headerFaults(response));
    note(`${name}: axe`, await axeFaults(page));
    note(`${name}: narrow`, await narrowFaults(page));
    note(`${name}: keyboard`, await keyboardFaults(page));
    note(`${name}: skip link`, await skipLinkFaults(page));
    for (const { index, action } of await formsToFill(page)) {
      if (!forms.has(kindOf(action))) forms.set(kindOf(action), { address: page.url(), index, kind });
    }
  });
  for (const [action, { address, index, kind }] of forms) {
    await page.goto(address);
    note(`${who} ${language} ${kind}: ${action} sent empty`, [
      ...(await emptyFormFaults(page, index)),
      ...(await axeFaults(page)),
    ]);
  }
  console.log(`${who} ${language}: ${kinds.length} kinds of pages, ${forms.size} forms`);
  await context.close();
}
