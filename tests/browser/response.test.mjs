// The whole story in a real browser against the real program: a made-up country's scans are in the store; an operator signs in, sees the
// funnel, plans, approves and sends notices by SMTP to the country's mail server; a victim opens the link out of the mail, ticks a step
// and uploads its logs; the hunt's verdict appears, and the funnel moves.
// Needs AFTERPATCH_BUILD: the folder with src/app/afterpatch and range/afterpatch-range.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CHROMIUM, launch, signIn } from "./browser.mjs";

const build = process.env.AFTERPATCH_BUILD;
const skip = !CHROMIUM ? "Chromium is not installed: apt-get install chromium" : !build ? "AFTERPATCH_BUILD is not set" : false;
const program = build && join(build, "src/app/afterpatch");
const range = build && join(build, "range/afterpatch-range");
const NOW = "2021-03-06T08:00:00Z";
const PASSWORD = "a long made-up password";

let folder;
let address;
let browser;
let page;
let exploitedBefore;
const children = [];

const run = (command, words, options = {}) => execFileSync(command, words, { cwd: folder, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"], ...options });
const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

// Starts a program and waits until a line that it writes matches.
function start(command, words, pattern) {
  const child = spawn(command, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (bytes) => {
      text += bytes;
      const found = pattern.exec(text);
      if (found) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}: ${text}`)));
  });
}

function makeCountry() {
  run(range, ["country", "--seed", "7", "--servers", "80", "--days", "4", "--out", "country"]);
  run(program, ["constituency", "import", "country/constituency.csv", "--store", "country.db"]);
  for (let day = 0; day < 4; day += 1) run(program, ["scan", "import", `country/scan-day-0${day}.jsonl`, "--store", "country.db"]);
  run(program, ["constituency", "attribute", "--store", "country.db"]);
  run(program, ["serve", "--store", "country.db", "--add-account", "anna", "--role", "admin"], { input: `${PASSWORD}\n` });
}

function writeConfiguration(mailPort) {
  writeFileSync(join(folder, "notify.secret"), "0123456789abcdef0123456789abcdef");
  writeFileSync(join(folder, "notify.yaml"), `agency:
  name: CERT Example
  phone: "+999 1 234567"
  verify_page: https://csirt.example/verify
  mail: notices@csirt.example
  postal: [CERT Example, Street 1, 12345 Town]
link_base: https://console.csirt.example/v/
secret_file: notify.secret
smtp: {host: 127.0.0.1, port: ${mailPort}, tls: none}
returns: {address: returns@csirt.example, maildir: mail/operator}
archive: {address: archive@csirt.example, maildir: mail/archive}
sending: {messages_a_minute: 60000, a_minute_to_one_domain: 60000, archive_grace_seconds: 2}
`);
}

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), `afterpatch-response-${process.pid}-`));
  makeCountry();
  run("mkdir", ["mail"]);
  writeFileSync(join(folder, "mail", "now"), `${NOW}\n`);
  const [, mailPort] = await start(range, ["mail", "--folder", "mail", "--contacts", "country/answers.csv", "--operator", "csirt.example"], /mail on port (\d+)/);
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  writeConfiguration(mailPort);
  await start(program, ["serve", "--store", "country.db", "--notices", "notify.yaml", "--uploads", "uploads", "--listen", `127.0.0.1:${port}`], /the console is at/);
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(30_000);
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  for (const child of children) { child.removeAllListeners("exit"); child.kill("SIGTERM"); }
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const stage = async (name) => Number((await page.evaluate(async () => (await fetch("/api/v1/situation")).json())).funnel.find((step) => step.id === name).servers.value);

test("an operator sees the funnel of the country", { skip }, async () => {
  await signIn(page, address, { name: "anna", password: PASSWORD });
  await page.locator(".funnel a").first().waitFor();
  assert.ok(await stage("exposed") > 50);
  exploitedBefore = await stage("exploited");
  assert.equal(await stage("notified"), 0);
});

test("plans, approves and sends notices, and the mail arrives", { skip }, async () => {
  await page.goto(`${address}/notices`);
  await page.getByRole("button", { name: /^Plan/ }).first().click();
  const confirm = page.getByRole("button", { name: /^(Yes, plan|Plan them|Keep this plan)/ });
  if (await confirm.count()) await confirm.first().click();
  await page.goto(`${address}/notices?state=planned`);
  await page.getByRole("button", { name: /^Approve [1-9]/ }).click();
  await page.getByRole("status").getByText(/approved/).first().waitFor();
  await page.goto(`${address}/notices`);
  await page.getByRole("button", { name: /^Send [1-9]/ }).click();
  await page.getByRole("button", { name: /^Yes, send/ }).click();
  const arrivals = join(folder, "mail", "arrivals.jsonl");
  for (let tries = 0; tries < 100 && !existsSync(arrivals); tries += 1) await page.waitForTimeout(200);
  await page.getByText(/Sending has ended/).waitFor();
  assert.ok(readFileSync(arrivals, "utf8").trim().split("\n").length > 3);
  assert.ok(await stage("notified") > 0);
});

// A mail with a link (those to a contact on the hit server have none) to a victim with one server, so that an upload needs no name.
async function linkOfAMail() {
  const inbox = join(folder, "mail", "inbox");
  for (const recipient of readdirSync(inbox)) {
    for (const name of readdirSync(join(inbox, recipient))) {
      const text = readFileSync(join(inbox, recipient, name), "utf8").replace(/=\r\n/g, "");
      const found = /https:\/\/console\.csirt\.example(\/v\/[A-Za-z0-9_-]{43})/.exec(text);
      const number = /AP-\d{4}-\d{6}/.exec(text);
      if (!found || !number) continue;
      const one = await page.evaluate(async (which) => (await fetch(`/api/v1/cases/${which}`)).json(), number[0]);
      if (one.servers.length === 1) return address + found[1];  // as the proxy with the name and TLS would hand it on
    }
  }
  return "";
}

test("a victim opens the link of its mail, ticks a step, and uploads its logs; the verdict moves the funnel", { skip }, async () => {
  const link = await linkOfAMail();
  assert.ok(link, "no mail has a link");
  const victim = await browser.newPage();
  victim.setDefaultTimeout(30_000);
  await victim.goto(`${link}?language=en`);
  await victim.getByRole("checkbox").first().check();
  await victim.getByText(/^1 of \d+ done/).waitFor();
  run(range, ["evidence", "--scenario", "backdoored-deleted", "--seed", "3", "--out", "evidence"]);
  run("tar", ["cf", "evidence.tar", "-C", "evidence/tree", "."]);
  await victim.locator("#file").setInputFiles(join(folder, "evidence.tar"));
  await victim.getByText("What we found").first().waitFor({ timeout: 120_000 });
  await victim.getByText(/back door|back-doored|backdoored/i).first().waitFor();
  for (let tries = 0; tries < 50 && await stage("reached") === 0; tries += 1) await page.waitForTimeout(200);
  assert.ok(await stage("reached") > 0, "the victim was reached");
  for (let tries = 0; tries < 50 && await stage("exploited") <= exploitedBefore; tries += 1) await page.waitForTimeout(200);
  assert.ok(await stage("exploited") > exploitedBefore, "the hunt's verdict counts");
});
