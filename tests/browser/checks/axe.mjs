// The rules of axe-core: WCAG 2.2 A and AA, and best practices.

import { axe } from "../packages.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** The rules whose answer depends on colours; the others see the same document in both themes. */
const RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"];

/** Faults in the light theme, then those of colour in the dark one. */
export async function axeFaults(page) {
  const light = await run(page, "light", { runOnly: { type: "tag", values: RULES }, rules: { "target-size": { enabled: true } } });
  const dark = await run(page, "dark", { runOnly: { type: "rule", values: RULES_OF_COLOUR } });
  return [...light, ...dark];
}

async function run(page, scheme, options) {
  await page.emulateMedia({ colorScheme: scheme });
  const violations = await page.evaluate(
    async ([source, options]) => {
      // Evaluated by the driver, which the policy of the page does not bind.
      if (!window.axe) (0, eval)(source);
      return (await window.axe.run({ ...options, resultTypes: ["violations"] })).violations;
    },
    [axe.source, options],
  );
  await page.emulateMedia({ colorScheme: "light" });
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((node) => `axe ${id} (${scheme}): ${node.target} ${node.failureSummary.split("\n")[1]?.trim() ?? ""}`),
  );
}
