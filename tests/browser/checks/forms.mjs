// Forms that are sent with nothing in them must say so in a way that everybody hears.

import { kindOf } from "../crawl.mjs";
import { submit } from "./submit.mjs";

/** Forms that people fill in: sent empty, they change nothing. */
export async function formsToFill(page) {
  const forms = await page.$$eval("form", (forms) =>
    forms.flatMap((form) => {
      // A passkey needs a device, and has a test of its own.
      if (form.matches("[data-passkey]")) return [];
      const filled = form.querySelector("[aria-required=true], [required], textarea, input[type=file]");
      const attribute = form.getAttribute("action");
      const index = forms.filter((one) => one.getAttribute("action") === attribute).indexOf(form);
      return filled && form.method === "post" ? [{ index, attribute, action: form.action }] : [];
    }),
  );
  return forms.map((form) => ({ ...form, name: kindOf(form.action) }));
}

/** Empties the form, sends it, and looks at what comes back. One that is gone by now was needless after what others did. */
export async function emptyFormFaults(page, { address, index, attribute }) {
  await page.goto(address);
  const form = page.locator(attribute === null ? "form:not([action])" : `form[action="${attribute}"]`).nth(index);
  if ((await form.count()) === 0) return [];
  const status = await submit(page, form, (form) => {
    for (const field of form.elements) {
      if (field.matches("input:not([type=hidden], [type=radio], [type=checkbox]), textarea")) field.value = "";
    }
    form.noValidate = true;
    form.requestSubmit();
  });
  if (status === 404 || status >= 500) {
    // Another visitor may have ended what the form is about after its page came.
    await page.goto(address);
    return (await form.count()) === 0 ? [] : [`sent empty, the answer is ${status}`];
  }
  await settled(page);
  return page.evaluate(() => {
    const invalid = [...document.querySelectorAll("[aria-invalid=true], .utrecht-form-field--invalid")];
    if (invalid.length === 0) return [];
    const faults = [];
    const links = [...document.querySelectorAll(".utrecht-alert--error a[href^='#']")];
    if (links.length === 0) faults.push("errors without a summary that leads to them");
    for (const link of links) {
      if (!document.getElementById(link.hash.slice(1))) faults.push(`${link.hash} leads to no field`);
    }
    for (const field of document.querySelectorAll("[aria-invalid=true]")) {
      const says = (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id));
      if (!says.some((text) => text?.textContent.trim())) faults.push(`${field.name} does not say what is wrong`);
    }
    if (!document.activeElement?.matches(".utrecht-alert--error")) faults.push("the summary does not have the focus");
    return faults;
  });
}

/** The browser gives the focus away a moment after the page has loaded. Asked from outside: there may be no script. */
async function settled(page) {
  const isSettled = () => page.evaluate(() => document.activeElement.matches("[autofocus]") || !document.querySelector("[autofocus]"));
  for (let tries = 0; tries < 20 && !(await isSettled()); tries += 1) await page.waitForTimeout(100);
}
