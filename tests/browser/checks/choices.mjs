// Language and appearance are chosen by buttons that work without script.

import { leave } from "./leaving.mjs";

/** Presses each choice on the first page, in a context of its own. */
export async function choiceFaults(browser, origin) {
  const context = await browser.newContext({ locale: "nl", javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  const faults = [];
  const choose = async (choice, property, wanted) => {
    await leave(page, page.locator(`button[name=choice][value="${choice}"]`));
    const got = await property();
    if (got !== wanted) faults.push(`after \`${choice}\` it is ${got}, not ${wanted}`);
  };
  const language = () => page.locator("html").getAttribute("lang");
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  await choose("en", language, "en");
  await choose("nl", language, "nl");
  await choose("dark", scheme, "dark");
  await page.emulateMedia({ colorScheme: "dark" });
  await choose("light", scheme, "light");
  await choose("", scheme, "dark");
  await context.close();
  return faults;
}
