import { Browser, inBrowser } from "./browser.ts";
import { assertSteps, assertUsable, CAPTURES } from "./trace_pages.ts";

inBrowser("stepping lights the states that --json tells, in every example", async (test) => {
  await using browser = await Browser.start();
  for (const name of CAPTURES) await test.step(name, () => assertSteps(browser, name));
});

for (const width of [320, 768, 1280, 2560]) {
  inBrowser(
    `axe-core finds nothing at ${width} pixels, in both languages, light and dark`,
    async (test) => {
      await using browser = await Browser.start();
      for (const name of ["first-contact.pcap", "zero-window.pcap"]) {
        for (const scheme of ["light", "dark"] as const) {
          await test.step(`${name}, ${scheme}`, () => assertUsable(browser, name, width, scheme));
        }
      }
    },
  );
}
