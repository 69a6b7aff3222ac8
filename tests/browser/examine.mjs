// Looking at a page from all sides, once for each shape that it comes in.

import { axeFaults } from "./checks/axe.mjs";
import { keyboardFaults, skipLinkFaults } from "./checks/keyboard.mjs";
import { documentFaults, narrowFaults } from "./checks/page.mjs";
import { note } from "./report.mjs";

/** Pages that were examined, by language, width, kind and shape. */
const examined = new Set();

/** Whether a page of this kind was not examined in this shape, as anybody. It counts as examined from now on. */
export async function isNew(page, kind) {
  const language = await page.locator("html").getAttribute("lang");
  const key = `${language} ${page.viewportSize().width} ${kind} ${await shapeOf(page)}`;
  const isNew = !examined.has(key);
  examined.add(key);
  return isNew;
}

/** Elements and classes of a page, without what they say. */
function shapeOf(page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll("main *, nav *")];
    return [...new Set(all.map((one) => `${one.tagName}.${one.getAttribute("class") ?? ""}`))].sort().join(" ");
  });
}

/** All that can be asked of a page as it stands. `complaints` are those of the console. */
export async function examine(page, name, complaints) {
  // A button leads to a page before its styles are there.
  await page.waitForLoadState("load");
  note(`${name}: document`, [...(await documentFaults(page)), ...complaints]);
  note(`${name}: axe`, await axeFaults(page));
  note(`${name}: narrow`, await narrowFaults(page));
  note(`${name}: keyboard`, await keyboardFaults(page));
}

/** The same, and what needs the page to be opened again. */
export async function examineAgain(page, name, complaints) {
  await examine(page, name, complaints);
  note(`${name}: skip link`, await skipLinkFaults(page));
}
