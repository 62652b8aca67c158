/**
 * The page in Chromium over the scripted backend, built as for release: the browser's side of `cargo xtask bench app`. It
 * prints one JSON object.
 */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from '../screens/page.js';

const [starts, switches, keys] = process.argv.slice(2).map(Number);
const { address, close } = await serve();
const inPage = await readFile(path.join(import.meta.dirname, 'in-page.js'), 'utf8');

const report = { cold: [], switches: [], keys: [], pss: 0 };
for (let start = 0; start < starts; start += 1) {
  const began = Date.now();
  const browser = await chromium.launchServer({
    executablePath: process.env.PIZOO_BROWSER ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const client = await chromium.connect(browser.wsEndpoint());
  const page = await client.newPage({ viewport: { width: 1100, height: 720 } });
  await page.goto(`${address}?scripted=chat`);
  await page.evaluate(inPage);
  report.cold.push((await page.evaluate(() => globalThis.pizooBench.usable())) - began);
  if (start === starts - 1) {
    await page.evaluate(() => globalThis.pizooBench.switches(20));
    report.switches = await page.evaluate((count) => globalThis.pizooBench.switches(count), switches);
    report.keys = await page.evaluate((count) => globalThis.pizooBench.keys(count), keys);
    report.pss = await proportionalSetSize(browser.process().pid);
  }
  await client.close();
  await browser.close();
}
await close();
console.log(JSON.stringify(report));

/** Of a process and all below it, in bytes. */
async function proportionalSetSize(top) {
  const parents = new Map();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/u.test(entry)) continue;
    try {
      const stat = await readFile(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended.
    }
  }
  const belongs = (pid) => pid === top || (parents.has(pid) && belongs(parents.get(pid)));
  let bytes = 0;
  for (const pid of [...parents.keys()].filter(belongs)) {
    try {
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
      bytes += Number(/^Pss:\s+(\d+) kB/mu.exec(rollup)[1]) * 1024;
    } catch {
      // It has ended.
    }
  }
  return bytes;
}
