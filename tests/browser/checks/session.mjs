// What is said before the session ends, and what becomes of a form that is sent too late. The clock of the page is moved, not ours.

import { axeFaults } from "./axe.mjs";
import { leave } from "./leaving.mjs";

const MINUTE = 60_000;

/** As somebody of the desk with this token, in English. */
export async function sessionFaults(browser, origin, token) {
  const faults = [];
  const must = (holds, fault) => holds || faults.push(fault);
  // Without motion, so that no colour is measured on its way to another.
  const context = await browser.newContext({ locale: "en", reducedMotion: "reduce" });
  const cookie = { name: "session", value: token, domain: new URL(origin).hostname, path: "/" };
  await context.addCookies([cookie]);
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${origin}/desk/search`);
  const field = page.locator("main form input, main form textarea").first();
  await field.focus();
  const dialog = page.getByRole("alertdialog");
  const isOpen = async () => (await dialog.count()) === 1 && (await dialog.isVisible());

  await page.clock.fastForward(54 * MINUTE);
  must(!(await isOpen()), "it warns too early");
  await page.clock.fastForward(2 * MINUTE);
  must(await isOpen(), "it does not warn");
  const focus = () => page.evaluate(() => document.activeElement.dataset.act ?? "");
  must((await focus()) === "stay", `the focus is at \`${await focus()}\``);
  faults.push(...(await axeFaults(page)));
  await Promise.all([page.waitForResponse("**/account/stay"), page.keyboard.press("Enter")]);
  await page.waitForFunction(() => !document.querySelector("dialog"));
  must(await field.evaluate((field) => field === document.activeElement), "the focus does not come back");

  await page.clock.fastForward(54 * MINUTE);
  must(!(await isOpen()), "who stays is warned too early");
  await page.clock.fastForward(2 * MINUTE);
  must(await isOpen(), "it does not warn again");
  await page.keyboard.press("Escape");
  await page.clock.fastForward(MINUTE);
  must(!(await isOpen()), "who closed it is told again");
  await page.clock.fastForward(10 * MINUTE);
  must(await dialog.getByRole("link").isVisible(), "it does not say that the session is over");
  await page.keyboard.press("Escape");

  // Nobody knows whose session this is: what was typed is shown, and is sent by nobody. Who may send it again is tested at the pages.
  await context.addCookies([{ ...cookie, value: "0".repeat(64) }]);
  await page.locator("main form input[type=text], main form input[type=search], main form textarea").first().fill("typed for a long time");
  await leave(page, page.locator("main form button").first());
  must(await page.getByText("typed for a long time").isVisible(), `what was typed is gone: ${page.url()}`);
  must((await page.locator("main form").count()) === 0, "it can be sent by anybody");
  faults.push(...(await axeFaults(page)));
  await context.close();
  return faults;
}
