// Buttons that need nothing filled in.

import { kindOf } from "../crawl.mjs";
import { submit } from "./submit.mjs";

/** Forms of the page that are nothing but buttons: one entry for each button, under a name that says what it does. */
export async function buttonsToPress(page) {
  const buttons = await page.$$eval("form", (forms) =>
    forms.flatMap((form, index) => {
      if (form.matches("[data-passkey]") || form.querySelector("input:not([type=hidden]), select, textarea")) return [];
      const all = [...form.querySelectorAll("button")];
      return all.map((button, position) => ({ index, position, action: form.action, value: button.value }));
    }),
  );
  return buttons.map((button) => ({ ...button, name: `${kindOf(button.action)} ${button.value}`.trim() }));
}

/** So often a button is pressed that did not lead anywhere. */
const TRIES_MAX = 3;

/**
 * Presses it and looks at what comes. A button that went with what an earlier one did is no fault, and where another visitor
 * pressed it since the page came, another try finds the next one like it, or none.
 */
export async function buttonFaults(page, button) {
  let faults = [];
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    faults = await pressFaults(page, button);
    if (faults.length === 0) break;
  }
  return faults;
}

async function pressFaults(page, { address, index, position }) {
  const opened = await page.goto(address);
  const form = page.locator("form").nth(index);
  if (!opened.ok() || (await form.locator("button").count()) <= position) return [];
  const press = (form, position) => form.requestSubmit(form.querySelectorAll("button")[position]);
  const status = await submit(page, form, press, position);
  return status === 404 || status === 405 || status >= 500 ? [`the answer is ${status}`] : [];
}
