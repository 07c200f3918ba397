// The table of other waves in a hunt's report: on a telephone each wave is a block of labelled lines, so nothing is cut off and nobody
// has to push it sideways; on a wide screen it is a table.
// Needs AFTERPATCH_BUILD: the folder with tests/report/report_page_preview.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CHROMIUM, launch } from "./browser.mjs";

const build = process.env.AFTERPATCH_BUILD;
const preview = build && join(build, "tests/report/report_page_preview");
const skip = !CHROMIUM ? "Chromium is not installed: apt-get install chromium"
  : !preview || !existsSync(preview) ? "AFTERPATCH_BUILD has no report_page_preview" : false;

let folder;
let browser;

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), `report-${process.pid}-`));
  execFileSync(preview, [folder], { stdio: "ignore" });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

// How the table stands on a screen of that width: what sticks out of the screen, or is wider than the box that holds it.
async function look(width) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, bypassCSP: true });
  await page.goto(`file://${folder}/waves/report.html`);
  const found = await page.evaluate(() => {
    const table = document.querySelector("table.stacks");
    const cut = [table, ...table.querySelectorAll("td, tbody th")].filter((cell) => {
      const box = cell.getBoundingClientRect();
      return box.left < 0 || box.right > innerWidth || cell.scrollWidth > cell.clientWidth + 1;
    });
    const scrolls = [];
    for (let above = table.parentElement; above; above = above.parentElement)
      if (above.scrollWidth > above.clientWidth) scrolls.push(above.tagName);
    return {
      cut: cut.map((cell) => cell.textContent.trim()), scrolls, rows: table.querySelectorAll("tbody tr").length,
      display: getComputedStyle(table.querySelector("tbody tr")).display,
      label: getComputedStyle(table.querySelector("tbody td"), "::before").content,
    };
  });
  await page.context().close();
  return found;
}

test("at 400 pixels the table of other waves is neither cut nor pushed sideways", { skip }, async () => {
  const { cut, scrolls, rows, display, label } = await look(400);
  assert.equal(rows, 2);
  assert.deepEqual(cut, []);
  assert.deepEqual(scrolls, []);
  assert.equal(display, "block");
  assert.match(label, /days/);
});

test("at 1280 pixels it is a table", { skip }, async () => {
  const { cut, scrolls, display } = await look(1280);
  assert.deepEqual(cut, []);
  assert.deepEqual(scrolls, []);
  assert.equal(display, "table-row");
});
