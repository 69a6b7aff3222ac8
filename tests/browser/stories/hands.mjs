// Somebody at a page with nothing but a keyboard. Everything is found by the role and the name that a screen reader says.

import { kindOf } from "../crawl.mjs";
import { examine, isNew } from "../examine.mjs";

/** More stops than this are not tried on the way to a control. */
const STOPS_MAX = 250;

export class Hands {
  /** `who` is for the report. */
  constructor(page, who) {
    this.page = page;
    this.who = who;
    this.complaints = [];
    page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Opens an address, as from a mail. */
  async open(address) {
    const response = await this.page.goto(address);
    if (!response.ok()) throw new Error(`${address} answers ${response.status()}`);
    await this.look();
  }

  /** Goes to a link, and follows it. */
  follow(name) {
    return this.go(this.page.getByRole("link", { name, exact: true }).first());
  }

  /** Goes to a button, and presses it. */
  press(name) {
    return this.go(this.page.getByRole("button", { name, exact: true }));
  }

  async go(control) {
    await this.reach(control);
    const [response] = await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press("Enter")]);
    if (!response.ok()) throw new Error(`${control} leads to ${this.page.url()}, which answers ${response.status()}`);
    await this.look();
  }

  /** Writes into a field, in the place of what stands there. */
  async fill(label, text) {
    await this.reach(this.page.getByLabel(label, { exact: true }));
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  /** A date has its parts in the order of the browser's own language, so it is not typed. */
  async date(label, day) {
    await this.reach(this.page.getByLabel(label, { exact: true }));
    await this.page.getByLabel(label, { exact: true }).fill(day);
  }

  /** Ticks a box. */
  async tick(label) {
    const box = this.page.getByRole("checkbox", { name: label, exact: true });
    await this.reach(box);
    await this.page.keyboard.press("Space");
    if (!(await box.isChecked())) throw new Error(`\`${label}\` is not ticked`);
  }

  /** Chooses one of several buttons. Tab stops at the one that is chosen, or at the first. */
  async choose(legend, label) {
    const group = this.page.getByRole("group", { name: legend });
    const wanted = group.getByRole("radio", { name: label, exact: true });
    const chosen = group.getByRole("radio", { checked: true });
    const isChosen = (await chosen.count()) > 0;
    await this.reach(isChosen ? chosen : group.getByRole("radio").first());
    if (!isChosen) await this.page.keyboard.press("Space");
    await this.step(() => wanted.isChecked(), label);
  }

  /** Chooses from a list. */
  async select(label, option) {
    const list = this.page.getByRole("combobox", { name: label, exact: true });
    await this.reach(list);
    await this.page.keyboard.press("Home");
    await this.step(() => list.evaluate((list, option) => list.selectedOptions[0].label === option, option), option);
  }

  async step(isThere, name) {
    for (let steps = 0; !(await isThere()); steps += 1) {
      if (steps > 30) throw new Error(`the arrows do not reach \`${name}\``);
      await this.page.keyboard.press("ArrowDown");
    }
  }

  /** Tab, until the control has the focus. */
  async reach(control) {
    await control.waitFor({ timeout: 5_000 });
    const hasFocus = () => control.evaluate((one) => one === document.activeElement);
    for (let stops = 0; !(await hasFocus()); stops += 1) {
      if (stops > STOPS_MAX) throw new Error(`the keyboard does not reach ${control} on ${this.page.url()}`);
      await this.page.keyboard.press("Tab");
    }
  }

  /** What the page says, in one line. */
  async text() {
    return (await this.page.locator("main").innerText()).replace(/\s+/g, " ");
  }

  /** Fails where the page does not say all of this. */
  async reads(...sentences) {
    const text = await this.text();
    for (const sentence of sentences) {
      if (!text.includes(sentence)) throw new Error(`${this.page.url()} does not say \`${sentence}\`, but: ${text}`);
    }
  }

  /** Fails where the page, or what is behind its words, holds one of these. */
  async hides(...secrets) {
    const source = await this.page.locator("main").innerHTML();
    for (const secret of secrets) if (source.includes(secret)) throw new Error(`${this.page.url()} shows \`${secret}\``);
  }

  /** The facts of the page: what stands behind each word. */
  facts() {
    return this.page.$$eval("dt", (all) => Object.fromEntries(all.map((dt) => [dt.textContent.trim(), dt.nextElementSibling.textContent.trim()])));
  }

  /** Examines the page, if it was not examined before. */
  async look() {
    const complaints = this.complaints.splice(0);
    const kind = kindOf(this.page.url());
    if (await isNew(this.page, kind)) await examine(this.page, `${this.who} ${kind}`, complaints);
  }
}
