// What the tests and the pictures share: Chromium from Debian, the mock server, a page that is signed in.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(fileURLToPath(new URL(".", import.meta.url)), "..", "..");
export const FRONTEND = join(ROOT, "frontend");
export const fromFrontend = createRequire(join(FRONTEND, "package.json"));
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

export async function launch() {
  const { chromium } = fromFrontend("playwright-core");
  const root = process.getuid?.() === 0;
  return chromium.launch({ executablePath: CHROMIUM, args: [...(root ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", "--force-color-profile=srgb"] });
}

// Starts the mock on a free port; `AFTERPATCH_CONSOLE` names a server that runs already.
export async function serve() {
  const running = process.env.AFTERPATCH_CONSOLE;
  if (running) return { address: running, real: true, stop: () => {} };
  const child = spawn(process.execPath, [join(FRONTEND, "mock", "server.mjs")], { env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((resolve, reject) => {
    child.stdout.once("data", (line) => resolve(String(line).trim()));
    child.once("exit", (code) => reject(new Error(`the mock server ended with ${code}`)));
  });
  return { address, real: false, stop: () => child.kill() };
}

export const ACCOUNT = { name: process.env.AFTERPATCH_CONSOLE_NAME ?? "anna", password: process.env.AFTERPATCH_CONSOLE_PASSWORD ?? "demo" };

export async function signIn(page, address, account = ACCOUNT) {
  await page.goto(`${address}/situation`);
  await page.getByLabel("Name").fill(account.name);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Views" }).waitFor({ state: "attached" });
}
