// Pictures of each view at 1280 and 400 pixels into docs/screens: `scripts/screens [name part]`. With THEME=dark, the dark ones.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, ROOT, serve, signIn } from "./browser.mjs";

const OUT = process.env.OUT ?? join(ROOT, "docs", "screens");
const THEME = process.env.THEME ?? "light";
const only = process.argv[2] ?? "";
const LONGEST = 6000;  // pixels

// Views of the console by name; a victim's page needs no session.
const VIEWS = {
  "sign-in": "/situation", situation: "/situation", servers: "/servers", "servers-filtered": "/servers?at_least=backdoored&sector=nace%3AQ", server: "first:/servers?at_least=exploited",
  organisations: "/organisations", organisation: "first:/organisations", clusters: "/clusters", cluster: "first-link:/clusters", cases: "/cases", case: "first:/cases?state=clean",
  notices: "/notices", notice: "first:/notices", campaigns: "/campaigns", audit: "/audit",
};
// The mock knows these victims by name; a real server needs the path of a link out of a mail: AFTERPATCH_VICTIM=/v/...
const VICTIM_PATH = process.env.AFTERPATCH_VICTIM;
const VICTIM = VICTIM_PATH ? { victim: `${VICTIM_PATH}?language=en`, "victim-de": `${VICTIM_PATH}?language=de` } : { victim: "/v/demo-en", "victim-de": "/v/demo-de" };

async function open(page, address, place) {
  const [how, path] = place.startsWith("/") ? ["", place] : place.split(/:(.*)/s);
  await page.goto(address + path);
  if (how === "first") await page.locator(".virtual tbody th a").first().click();
  if (how === "first-link") await page.locator(".card h2 a").first().click();
  await page.locator("h1, .headline").first().waitFor();
  await page.waitForTimeout(900);
}

// What is very long is cut: a list of hundreds says no more than its beginning.
async function take(page, name, width, full) {
  const height = full ? await page.evaluate(() => document.documentElement.scrollHeight) : 0;
  const clip = { x: 0, y: 0, width, height: Math.min(height, LONGEST) };
  await page.screenshot({ path: join(OUT, `${name}-${width}${THEME === "dark" ? "-dark" : ""}.png`), fullPage: full, ...(full ? { clip } : {}) });
}

const { address, stop } = await serve();
const browser = await launch();
mkdirSync(OUT, { recursive: true });
for (const width of (process.env.WIDTHS ?? "1280,400").split(",").map(Number)) {
  const context = await browser.newContext({ viewport: { width, height: width === 400 ? 800 : 900 }, colorScheme: THEME, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(`${page.url()}: ${error}`));
  page.on("console", (message) => message.type() === "error" && console.error(`${page.url()}: ${message.text()}`));
  if ("sign-in".includes(only)) {
    await page.goto(address);
    await page.waitForTimeout(400);
    await take(page, "sign-in", width, false);
  }
  await signIn(page, address);
  for (const [name, place] of Object.entries({ ...VIEWS, ...VICTIM })) {
    if (name === "sign-in" || !name.includes(only)) continue;
    await open(page, address, place);
    await take(page, name, width, true);
  }
  await context.close();
}
await browser.close();
stop();
