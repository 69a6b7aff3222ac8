// A story in steps, each of which the report names.

import { note } from "../report.mjs";
import { Hands } from "./hands.mjs";
import { Stage } from "./stage.mjs";

/** Fails with this sentence unless it holds. */
export function must(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

/**
 * Plays a story: `play` gets the stage, `step(name, what)` to divide it, and `visitor(who, settings)`, which gives somebody
 * a browser of its own. What does not happen ends the story.
 */
export async function tell(name, browser, play) {
  const began = Date.now();
  const stage = await Stage.open();
  const contexts = [];
  const visitor = async (who, settings = {}) => {
    const context = await browser.newContext({ locale: "nl", viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...settings });
    contexts.push(context);
    return new Hands(await context.newPage(), `${name}, ${who}`);
  };
  let doing = "the beginning";
  const step = async (what, happens) => {
    doing = what;
    await happens();
    note(`${name}: ${what}`, []);
  };
  try {
    await play({ stage, step, visitor });
    await step("nothing was lost, and the audit log is whole", () => stage.audit());
  } catch (error) {
    note(`${name}: ${doing}`, [error.message]);
  } finally {
    for (const context of contexts) await context.close();
    stage.stop();
  }
  console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
}
