// The console and the victim's page in a real browser: what people do, by keyboard and mouse, and what must never happen.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { ACCOUNT, CHROMIUM, FRONTEND, fromFrontend, launch, serve, signIn } from "./browser.mjs";

const skip = !CHROMIUM ? "Chromium is not installed: apt-get install chromium" : false;
let browser;
let server;
let page;
const faults = [];
const foreign = new Set();

async function newPage(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", acceptDownloads: true, ...options });
  const made = await context.newPage();
  made.setDefaultTimeout(20_000);
  made.on("pageerror", (error) => faults.push(String(error)));
  made.on("console", (message) => /Content Security Policy/.test(message.text()) && faults.push(message.text()));
  made.on("dialog", (dialog) => { faults.push(`a dialog opened: ${dialog.message()}`); void dialog.dismiss(); });
  made.on("request", (request) => { if (!request.url().startsWith(server.address) && !request.url().startsWith("blob:")) foreign.add(request.url()); });
  return made;
}

async function seriousOf(shown) {
  await shown.addScriptTag({ path: fromFrontend.resolve("axe-core/axe.min.js") }).catch(() => {});
  const source = readFileSync(fromFrontend.resolve("axe-core/axe.min.js"), "utf8");
  await shown.evaluate(source);
  const { violations } = await shown.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

before(async () => {
  if (skip) return;
  server = await serve();
  browser = await launch();
  page = await newPage();
}, { timeout: 60_000 });
after(async () => {
  await browser?.close();
  server?.stop();
});

test("refuses a wrong name with a sentence, then signs in", { skip }, async () => {
  await page.goto(`${server.address}/situation`);
  await page.getByLabel("Name").fill("nobody");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText(/.+/).waitFor();
  await signIn(page, server.address, ACCOUNT);
  await page.locator(".headline").waitFor();
});

test("shows the funnel, and a figure opens the list behind it", { skip }, async () => {
  const step = page.locator(".funnel tbody tr").nth(3);
  const link = step.locator("a").first();
  const shown = (await link.innerText()).trim();
  assert.match(shown, /^\d[\d\u202f]*$/);
  await link.click();
  await page.locator(".virtual tbody th a").first().waitFor();
  assert.match(page.url(), /\/servers\?at_least=backdoored/);
  await page.goBack();
  await page.locator(".funnel").waitFor();
  await step.locator("a").last().click();
  await page.locator(".virtual tbody th a").first().waitFor();
  assert.match(page.url(), /\/organisations/);
  await page.goBack();
  await page.locator(".funnel").waitFor();
});

test("scrolls through a list longer than memory without loading it", { skip }, async () => {
  let asked = 0;
  const counts = (request) => { if (/\/api\/v1\/servers\?/.test(request.url())) asked += 1; };
  page.on("request", counts);
  await page.goto(`${server.address}/servers`);
  await page.locator(".virtual tbody th a").first().waitFor();
  const total = Number(await page.locator("table").getAttribute("aria-rowcount")) - 1;
  await page.locator(".virtual").evaluate((element) => { element.scrollTop = element.scrollHeight; });
  await page.locator(`tr[data-row="${total - 1}"] a`).waitFor();
  const rows = await page.locator(".virtual tbody tr[data-row]").count();
  assert.ok(rows < 120, `${rows} rows exist`);
  assert.ok(asked < 12, `${asked} pages were asked for`);
  page.off("request", counts);
});

test("keeps search and filters in the address, which can be opened anew", { skip }, async () => {
  await page.goto(`${server.address}/servers`);
  await page.locator(".virtual tbody th a").first().waitFor();
  await page.getByLabel("Exposure").selectOption("unpatched");
  await page.waitForURL(/exposure=unpatched/);
  const address = page.url();
  const other = await page.context().newPage();
  await other.goto(address);
  await other.locator(".virtual tbody .badge.bad").first().waitFor();
  assert.equal(await other.getByLabel("Exposure").inputValue(), "unpatched");
  await other.close();
});

test("a list is read with the arrow keys, and Enter opens a row", { skip }, async () => {
  await page.goto(`${server.address}/servers?at_least=exploited`);
  await page.locator(".virtual tbody th a").first().focus();
  await page.keyboard.press("ArrowDown");
  const second = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: second }).waitFor();
});

test("markup in names and log lines stays text", { skip: skip || (process.env.AFTERPATCH_CONSOLE ? "the made-up country has such names" : false) }, async () => {
  await page.goto(`${server.address}/servers?search=%3Cscript`);
  await page.locator(".virtual tbody td", { hasText: "<script>alert" }).first().waitFor();
  await page.goto(`${server.address}/servers?at_least=exploited`);
  await page.locator(".virtual tbody th a").first().click();
  await page.locator("pre.raw", { hasText: "<img+src=x" }).waitFor();
  assert.equal(await page.locator("pre.raw img").count(), 0);
  assert.ok(await page.locator("pre.raw", { hasText: "\\u202e" }).count(), "characters that turn the line around are made visible");
});

test("opens a cluster and its marks", { skip }, async () => {
  await page.goto(`${server.address}/clusters`);
  await page.locator(".card h2 a").first().click();
  await page.getByRole("heading", { name: "What ties it together" }).waitFor();
});

test("approves and sends notices, and shows how it goes without a reload", { skip }, async () => {
  await page.goto(`${server.address}/notices?state=planned`);
  await page.getByRole("button", { name: /^Approve [1-9]/ }).click();
  await page.getByRole("status").getByText(/approved/).first().waitFor();
  await page.goto(`${server.address}/notices`);
  await page.getByRole("button", { name: /^Send [1-9]/ }).click();
  await page.getByRole("button", { name: /^Yes, send/ }).click();
  await page.getByText(/Sending has ended/).waitFor();
});

test("a viewer sees no button that changes anything", { skip: skip || (process.env.AFTERPATCH_CONSOLE ? "needs a second account" : false) }, async () => {
  const viewer = await newPage();
  await signIn(viewer, server.address, { name: "viewer", password: "demo" });
  await viewer.goto(`${server.address}/notices`);
  await viewer.locator(".virtual tbody th a").first().waitFor();
  assert.equal(await viewer.getByRole("button", { name: /Send|Approve|Plan/ }).count(), 0);
  await viewer.context().close();
});

const token = process.env.AFTERPATCH_VICTIM_TOKEN ?? "demo-en";
const noToken = skip || (process.env.AFTERPATCH_CONSOLE && !process.env.AFTERPATCH_VICTIM_TOKEN ? "AFTERPATCH_VICTIM_TOKEN is not set" : false);

test("a victim ticks steps, which are kept", { skip: noToken }, async () => {
  const victim = await newPage();
  await victim.goto(`${server.address}/v/${token}?language=en`);
  const box = victim.getByRole("checkbox").first();
  await box.check();
  await victim.getByText(/^1 of \d+ done/).waitFor();
  await victim.getByRole("button", { name: "I have read this" }).click();
  await victim.getByText("Thank you.").waitFor();
  await victim.reload();
  await victim.getByText(/^1 of \d+ done/).waitFor();
  assert.ok(await victim.getByRole("checkbox").first().isChecked());
  await victim.context().close();
});

test("each language has its own words", { skip: noToken }, async () => {
  const victim = await newPage();
  const headlines = new Set();
  for (const language of ["en", "de", "fr", "es"]) {
    await victim.goto(`${server.address}/v/${token}?language=${language}`);
    await victim.locator("h1").waitFor();
    await victim.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
    headlines.add(await victim.locator("h1").innerText());
  }
  assert.equal(headlines.size, 4);
  await victim.context().close();
});

test("an upload goes on after the connection breaks, and ends in a verdict", { skip: noToken }, async () => {
  const victim = await newPage();
  await victim.goto(`${server.address}/v/${token}?language=en`);
  const offsets = [];
  let broken = false;
  await victim.route(/\/uploads\/[^/]+$/, (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    offsets.push(Number(route.request().headers()["upload-offset"]));
    if (offsets.length === 2 && !broken) {
      broken = true;
      return route.abort("connectionreset");
    }
    return route.continue();
  });
  const content = Buffer.alloc(10 * 1024 * 1024, "2021-03-03 05:12:07 GET /owa/ 200\n");
  await victim.locator("#file").setInputFiles({ name: "..\\..\\logs<b>.log", mimeType: "text/plain", buffer: content });
  await victim.getByText("What we found").first().waitFor({ timeout: 60_000 });
  assert.deepEqual(offsets, [0, 4_194_304, 4_194_304, 8_388_608]);
  assert.ok(await victim.getByRole("button", { name: "Download the report" }).first().isVisible());
  await victim.context().close();
});

test("a link that is not valid says only that", { skip }, async () => {
  const victim = await newPage();
  await victim.goto(`${server.address}/v/guess?language=en`);
  await victim.getByRole("heading", { name: "This link is not valid" }).waitFor();
  await victim.context().close();
});

for (const [width, colorScheme] of [[1280, "light"], [400, "dark"]]) {
  test(`axe-core finds nothing serious at ${width} pixels, ${colorScheme}`, { skip }, async () => {
    const looked = await newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const found = [];
    const look = async (name) => {
      for (const one of await seriousOf(looked)) found.push(`${name}: ${one}`);
      const wider = await looked.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wider > 0) found.push(`${name}: ${wider} pixels wider than the screen`);
    };
    await looked.goto(server.address);
    await looked.getByLabel("Name").waitFor();
    await look("sign-in");
    await signIn(looked, server.address);
    for (const view of ["situation", "servers", "organisations", "clusters", "cases", "notices", "campaigns", "audit"]) {
      await looked.goto(`${server.address}/${view}`);
      await looked.locator(".headline, .virtual tbody th, .card, section").first().waitFor();
      await look(view);
    }
    for (const list of ["servers?at_least=exploited", "organisations", "cases", "notices"]) {
      await looked.goto(`${server.address}/${list}`);
      await looked.locator(".virtual tbody th a").first().click();
      await looked.locator("article section").first().waitFor();
      await look(`one of ${list}`);
    }
    if (!noToken) {
      await looked.goto(`${server.address}/v/${token}`);
      await looked.locator(".steps").waitFor();
      await look("victim");
    }
    assert.deepEqual(found, []);
    await looked.context().close();
  });
}

test("nothing was asked of anybody else, and the policy was never broken", { skip }, () => {
  assert.deepEqual([...foreign], []);
  assert.deepEqual(faults, []);
});

test("the first load of each page is under 200 kB, gzip", () => {
  const dist = join(FRONTEND, "dist");
  const size = (name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length;
  const assets = readdirSync(join(dist, "assets"));
  const sum = (pattern) => assets.filter((name) => pattern.test(name)).reduce((bytes, name) => bytes + size(`assets/${name}`), 0);
  const console_first = size("index.html") + sum(/^(console|situation|countries|resource|width|time_axis|http|tokens|format|base)/);
  const victim = size("v.html") + sum(/^(victim|http|tokens|format|base|console)/);
  assert.ok(console_first < 200_000, `${console_first} bytes`);
  assert.ok(victim < 200_000, `${victim} bytes`);
});
