// The page with the keyboard alone.

/** More stops than this on one page are not walked. */
const STOPS_MAX = 200;

/** Every control is reached by Tab, and each shows that it is (WCAG 2.1.1, 2.4.7, 2.4.11). */
export async function keyboardFaults(page) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
    // The script of the page decides after a frame which tables need a stop.
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  const faults = [];
  const wanted = await page.evaluate(markControls);
  // Some controls have several stops: a date has one for the day, the month, the year and its button.
  for (let stop = 0; stop < Math.min(2 * wanted, STOPS_MAX); stop += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(describeFocus);
    if (!here) break;
    if (!here.isMarked) faults.push(`${here.text} is visited by the way`);
    if (!here.isShown) faults.push(`${here.text} does not show the focus`);
    if (here.isHidden) faults.push(`${here.text} has the focus behind something`);
  }
  if (wanted < STOPS_MAX) {
    const missed = await page.$$eval("[data-stop='']", (all) => all.map((one) => one.outerHTML.slice(0, 80)));
    faults.push(...missed.map((text) => `${text} is not reached`));
  }
  return faults;
}

/** Marks what the keyboard should reach, and returns how much that is. Of radio buttons one is. */
function markControls() {
  const groups = new Set();
  const controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter((control) => {
    if (control.tabIndex < 0 || control.disabled || control.type === "hidden") return false;
    if (!control.checkVisibility()) return false;
    if (control.type !== "radio") return true;
    const isFirst = !groups.has(control.name);
    groups.add(control.name);
    return isFirst;
  });
  for (const control of controls) control.dataset.stop = "";
  return controls.length;
}

/** What has the focus; nothing after the last one. */
function describeFocus() {
  const control = document.activeElement;
  if (!control || control === document.body) return null;
  const isMarked = "stop" in control.dataset || control.type === "radio";
  const group = document.querySelectorAll(`input[type=radio][name="${control.name}"]`);
  for (const one of control.type === "radio" ? group : [control]) if ("stop" in one.dataset) one.dataset.stop = "visited";
  const { outlineStyle, outlineWidth } = getComputedStyle(control);
  const box = control.getClientRects()[0] ?? control.getBoundingClientRect();
  // Of what is larger than the window, the part that is in it.
  const middle = (from, to, size) => (Math.max(from, 0) + Math.min(to, size)) / 2;
  const above = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
  return {
    text: control.outerHTML.slice(0, 80),
    isMarked,
    isShown: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    isHidden: !(above && (control.contains(above) || above.contains(control) || above.closest("label")?.control === control)),
  };
}

/** The first stop leads past the navigation (WCAG 2.4.1). */
export async function skipLinkFaults(page) {
  await page.reload();
  // Where a page takes the focus itself, to say what went wrong, that comes first.
  if (await page.evaluate(() => document.activeElement !== document.body)) return [];
  await page.keyboard.press("Tab");
  const isSkipLink = await page.evaluate(() => document.activeElement.matches(".utrecht-skip-link"));
  if (!isSkipLink) return ["the first stop is not the skip link"];
  await page.keyboard.press("Enter");
  const isThere = await page.evaluate(() => document.activeElement.matches("main"));
  return isThere ? [] : ["the skip link does not lead to the main part"];
}
