/**
 * Every screen of the page in every look: pictures with an index to look at, and axe-core's word on each.
 *
 *   node screens/run.js --out FOLDER [--quick] [--only PART-OF-NAME] [--look dark-ar-900]
 *
 * The page runs in Chromium over the scripted backend. `--quick` looks at one size in two languages and keeps pictures of
 * what axe-core complains about only. It ends with 1 if there is a complaint, an error in the page's console, or something
 * that does not fit its window.
 */
import { readFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { serve } from './page.js';
import { shots as further } from './shots.js';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    look: { type: 'string' },
  },
});
if (options.out === undefined) throw new Error('--out says where the pictures go');
const out = path.resolve(options.out);

const SIZES = options.quick
  ? [[900, 600]]
  : [
      [900, 600],
      [1440, 900],
    ];
const THEMES = options.quick ? ['light'] : ['light', 'dark'];
const LANGUAGES = ['en', 'ar'];
const PATIENCE = 20_000;
/** What a scene shows only after a while, in milliseconds: a short break of the line is not worth a word. */
const LATE = { reconnecting: 1500 };
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** A browser's name differs from system to system. */
const BROWSERS = [
  process.env.PIZOO_BROWSER,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { address, sceneNames, close } = await serve();
const browser = await launch();

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const shots = [];
const complaints = [];
for (const theme of THEMES) {
  for (const language of LANGUAGES) {
    for (const [width, height] of SIZES) {
      if (options.look !== undefined && !`${theme}-${language}-${width}`.includes(options.look)) continue;
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        locale: language,
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
      });
      // In the quick form the other direction is looked at where it matters most: on whole screens.
      const more = options.quick && language !== LANGUAGES[0] ? [] : further;
      for (const shot of [...sceneNames.map((scene) => ({ name: scene, scene })), ...more]) {
        if (options.only !== undefined && !shot.name.includes(options.only)) continue;
        await look(context, { ...shot, theme, language, width, height });
      }
      await context.close();
    }
  }
}
await browser.close();
await close();
await writeFile(path.join(out, 'index.html'), index());
for (const complaint of complaints) console.log(complaint);
console.log(`${shots.length} screens, ${complaints.length} complaints: ${path.join(out, 'index.html')}`);
process.exitCode = complaints.length === 0 && shots.length > 0 ? 0 : 1;

async function launch() {
  for (const executablePath of BROWSERS) {
    if (executablePath === undefined) continue;
    try {
      return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    } catch {
      // The next one may be there.
    }
  }
  throw new Error('Chromium is not installed; PIZOO_BROWSER may name one.');
}

async function look(context, shot) {
  const name = `${shot.name}-${shot.theme}-${shot.language}-${shot.width}`;
  const page = await context.newPage();
  const complain = (text) => complaints.push(`${name}: ${text}`);
  if (shots.some((earlier) => earlier.name === name)) complain('another picture has this name');
  page.on('pageerror', (error) => complain(`error: ${error.message}`));
  page.on('console', (message) => {
    // A browser asks for an icon that the app has no use for.
    const icon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !icon) complain(`console: ${message.text()}`);
  });
  const at = shot.at === undefined ? '' : `&at=${shot.at}`;
  await page.goto(`${address}?scripted=${shot.scene}${at}`);
  await page.waitForFunction(() => document.body.innerText.trim() !== '');
  for (const step of shot.press ?? []) {
    try {
      await take(page, step);
    } catch (error) {
      complain(`cannot get there: ${error.message.split('\n')[0]}`);
    }
  }
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(LATE[shot.name] ?? 0);
  const before = complaints.length;
  await page.evaluate(axe);
  const found = await page.evaluate(
    (standard) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: standard } }),
    STANDARD,
  );
  for (const violation of found.violations) {
    const places = violation.nodes.map((node) => node.target.join(' ')).slice(0, 3);
    complain(`axe: ${violation.id} (${violation.help}) at ${places.join(', ')}`);
  }
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
  );
  if (wide) complain('it is wider than its window');
  for (const text of await page.evaluate(withoutBeginning)) complain(`cut at its beginning: ${text}`);
  if (!options.quick || complaints.length > before) {
    await page.screenshot({ path: path.join(out, `${name}.png`) });
  }
  shots.push({ ...shot, name });
  await page.close();
}

/** Texts on one line whose first letter is cut off, as happens to words in the other direction than their box. */
function withoutBeginning() {
  const cut = [];
  for (const box of document.querySelectorAll('*')) {
    if (getComputedStyle(box).textOverflow !== 'ellipsis' || box.scrollWidth <= box.clientWidth) continue;
    const text = document.createTreeWalker(box, NodeFilter.SHOW_TEXT).nextNode();
    if (text === null || text.data.trim() === '') continue;
    const range = document.createRange();
    range.setStart(text, 0);
    range.setEnd(text, 1);
    const [letter, room] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
    if (letter.left < room.left - 1 || letter.right > room.right + 1) cut.push(text.data);
  }
  return cut;
}

/** One step on the way: a press, or a text in a field. */
async function take(page, step) {
  const id = typeof step === 'string' ? step : step.fill;
  // A reason has no test id of its own; the first is as good as any.
  const place = id === 'reason' ? page.locator('[data-reason]').first() : page.getByTestId(id).first();
  await place.waitFor({ timeout: PATIENCE });
  // A picture that moves keeps the page from ever being still, which a press would wait for.
  if (typeof step === 'string') await place.click({ timeout: PATIENCE, force: true });
  else await place.fill(step.text, { timeout: PATIENCE });
  // What the press leads to is drawn two frames later at the latest.
  await page.evaluate(
    () =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))),
  );
}

function index() {
  const cells = shots.map(
    ({ name }) => `<figure><a href="${name}.png"><img src="${name}.png" alt="" loading="lazy"></a>
      <figcaption>${name}</figcaption></figure>`,
  );
  const list = complaints.map((text) => `<li>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</li>`);
  return `<!doctype html><meta charset="utf-8"><title>Pizoo's screens</title>
    <style>body { font: 14px system-ui; display: flex; flex-wrap: wrap; gap: 12px; }
    img { width: 440px; border: 1px solid #888; } figure { margin: 0; } ul { width: 100%; }</style>
    <ul>${list.join('')}</ul>${cells.join('\n')}`;
}
