/**
 * axe-core (https://github.com/dequelabs/axe-core), which finds what keeps people from using a page.
 *
 * @module
 */
import axe from "axe-core";
import type { Page } from "./browser.ts";

/** Resolves to what axe-core finds in a page: the rule, the impact, and the elements. */
export async function violationsIn(page: Page): Promise<string[]> {
  if (!await page.evaluate<boolean>("typeof axe === 'object'")) await page.evaluate(axe.source);
  return await page.evaluate<string[]>(`axe.run(document, { resultTypes: ["violations"] }).then(
    ({ violations }) => violations.map(({ id, impact, nodes }) =>
      id + " (" + impact + "): " + nodes.map(({ target, failureSummary }) =>
        target.join(" ") + " " + failureSummary).join("; ")))`);
}
