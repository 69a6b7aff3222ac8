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

/** Presses it and looks at what comes. A button that went with what an earlier one did is no fault. */
export async function buttonFaults(page, { address, index, position }) {
  const opened = await page.goto(address);
  const form = page.locator("form").nth(index);
  if (!opened.ok() || (await form.locator("button").count()) <= position) return [];
  const press = (form, position) => form.requestSubmit(form.querySelectorAll("button")[position]);
  const status = await submit(page, form, press, position);
  return status === 404 || status === 405 || status >= 500 ? [`the answer is ${status}`] : [];
}
