import { Browser, inBrowser } from "./browser.ts";
import { assertSteps, assertUsable, CAPTURES } from "./trace_pages.ts";

inBrowser("stepping lights the states that --json tells, in every example", async (test) => {
  await using browser = await Browser.start();
  for (const name of CAPTURES) await test.step(name, () => assertSteps(browser, name));
});

inBrowser(
  "axe-core finds nothing, in both languages, light and dark, wide and narrow",
  async (test) => {
    await using browser = await Browser.start();
    for (const name of ["first-contact.pcap", "zero-window.pcap"]) {
      for (const [width, scheme] of [[1280, "dark"], [1280, "light"], [375, "light"]] as const) {
        await test.step(
          `${name}, ${width} pixels, ${scheme}`,
          () => assertUsable(browser, name, width, scheme),
        );
      }
    }
  },
);
