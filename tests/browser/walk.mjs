// The walk of one visitor through all pages that links lead to.

import { axeFaults } from "./checks/axe.mjs";
import { buttonFaults, buttonsToPress } from "./checks/buttons.mjs";
import { emptyFormFaults, formsToFill } from "./checks/forms.mjs";
import { stayHere } from "./checks/leaving.mjs";
import { headerFaults } from "./checks/page.mjs";
import { crawl } from "./crawl.mjs";
import { examineAgain, isNew } from "./examine.mjs";
import { note } from "./report.mjs";

/** Kinds of pages that did not open: said once, not for everybody. */
const broken = new Set();

/** Follows all links, examines each kind of page, sends each form empty with and without script, presses all buttons. */
export async function walk(browser, origin, { who, language, token }) {
  const name = `${who} ${language}`;
  const context = await browser.newContext(settings(origin, language, token));
  await stayHere(context);
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  const forms = new Map();
  const buttons = new Map();
  const kinds = await crawl(page, origin, async ({ kind, from, isPage, response }) => {
    const complaints = said.splice(0);
    if (!broken.has(kind)) note(`${name} ${kind}: opens`, response.ok() ? [] : [`${response.status()}, linked from ${from}`]);
    if (!response.ok()) broken.add(kind);
    if (!isPage || !response.ok()) return;
    const address = page.url().split("#")[0];
    for (const form of await formsToFill(page)) {
      if (!forms.has(form.name)) forms.set(form.name, { ...form, address });
    }
    for (const button of await buttonsToPress(page)) {
      if (!buttons.has(button.name)) buttons.set(button.name, { ...button, address });
    }
    if (!(await isNew(page, kind))) return;
    note(`${name} ${kind}: headers`, headerFaults(response));
    await examineAgain(page, `${name} ${kind}`, complaints);
  });
  await sendEmpty(page, name, forms);
  await withoutScript(browser, settings(origin, language, token), name, forms);
  // Last, since they change things; and very last what ends the session.
  const order = [...buttons].sort(([a], [b]) => a.includes("sign-out") - b.includes("sign-out"));
  for (const [what, button] of order) note(`${name} ${what}: pressed`, await buttonFaults(page, button));
  console.log(`${name}: ${kinds.length} kinds of pages, ${forms.size} forms, ${buttons.size} buttons`);
  await context.close();
}

function settings(origin, language, token) {
  const { hostname } = new URL(origin);
  const cookie = { name: "session", value: token, domain: hostname, path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Lax" };
  return {
    locale: language,
    viewport: { width: 1280, height: 900 },
    // Without motion, so that no colour is measured on its way to another.
    reducedMotion: "reduce",
    storageState: { cookies: token ? [cookie] : [], origins: [] },
  };
}

async function sendEmpty(page, name, forms) {
  for (const [what, form] of forms) {
    note(`${name} ${what}: sent empty`, await emptyFormFaults(page, form));
    // What comes back looks the same to everybody who has the form.
    if (await isNew(page, `${what} sent empty`)) note(`${name} ${what}: axe`, await axeFaults(page));
  }
}

/** The same forms in a browser that runs no script. axe needs script, so the errors are looked at without it. */
async function withoutScript(browser, settings, name, forms) {
  const context = await browser.newContext({ ...settings, javaScriptEnabled: false });
  const page = await context.newPage();
  for (const [what, form] of forms) note(`${name} ${what}: sent empty without script`, await emptyFormFaults(page, form));
  await context.close();
}
