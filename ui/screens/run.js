/**
 * Every screen of the page in every look: pictures with an index to look at, and axe-core's word on each.
 *
 *   node screens/run.js --out FOLDER [--quick] [--only PARTS,OF-NAMES] [--look dark-ar-900]
 *
 * The page runs in Chromium over the scripted backend. `--quick` looks at one size, at whole scenes in dark and in the other
 * direction, too, and keeps pictures of what is complained about only. The keyboard's way through some of them is walked
 * (`tab.js`). It ends with 1 if there is a complaint, an error in the page's console, or something that does not fit its
 * window.
 */
import { readFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { besideTheWindow, withoutBeginning } from './fit.js';
import { serve } from './page.js';
import { shots as further, until } from './shots.js';
import { walkThrough } from './tab.js';

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
const THEMES = ['light', 'dark'];
const LANGUAGES = ['en', 'ar'];
const PATIENCE = 20_000;
/** What another theme can break. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
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

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const names = new Set();
const complaints = [];
const shots = [...plan()];
await drawAll();
const browser = await launch();
const ways = await walkThrough(
  browser,
  address,
  (name, language) => lookWanted(THEMES[0], language, SIZES[0][0]) && nameWanted(name),
  (text) => complaints.push(text),
);
await browser.close();
await close();
await writeFile(path.join(out, 'index.html'), index());
for (const complaint of complaints) console.log(complaint);
console.log(
  `${shots.length} screens, ${ways} ways by keyboard, ${complaints.length} complaints: ${path.join(out, 'index.html')}`,
);
process.exitCode = complaints.length === 0 && shots.length + ways > 0 ? 0 : 1;

/** Which pictures there are to be, look by look. */
function* plan() {
  for (const theme of THEMES) {
    for (const language of LANGUAGES) {
      const usual = theme === THEMES[0] && language === LANGUAGES[0];
      // In the quick form the other theme and the other direction are looked at where they matter most: on whole screens.
      if (options.quick && theme !== THEMES[0] && language !== LANGUAGES[0]) continue;
      const more = options.quick && !usual ? [] : further;
      for (const size of SIZES) {
        if (!lookWanted(theme, language, size[0])) continue;
        for (const shot of [...sceneNames.map((scene) => ({ name: scene, scene })), ...more]) {
          if (!nameWanted(shot.name)) continue;
          // One that has a size of its own needs no second.
          if (shot.size !== undefined && size !== SIZES[0]) continue;
          const [width, height] = shot.size ?? size;
          const name = `${shot.name}-${theme}-${language}-${width}`;
          if (names.has(name)) complaints.push(`${name}: another picture has this name`);
          names.add(name);
          yield { ...shot, name, theme, language, width, height };
        }
      }
    }
  }
}

/** Draws them all, as many at a time as there are processors. Each has a browser: pages of one spoil each other's pictures. */
async function drawAll() {
  const waiting = shots.values();
  const worker = async () => {
    const own = await launch();
    const contexts = new Map();
    for (const shot of waiting) {
      try {
        await look(shot, await contextOf(shot, own, contexts));
      } catch (error) {
        complaints.push(`${shot.name}: not drawn: ${error.message.split('\n')[0]}`);
      }
    }
    await own.close();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

function lookWanted(theme, language, width) {
  return options.look === undefined || `${theme}-${language}-${width}`.includes(options.look);
}

function nameWanted(name) {
  return options.only === undefined || options.only.split(',').some((part) => name.includes(part));
}

function contextFor(theme, language) {
  return { colorScheme: theme, locale: language, timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' };
}

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

/** One for each look, and for another system's browser. */
async function contextOf({ theme, language, userAgent }, browser, contexts) {
  const key = [theme, language, userAgent].join(' ');
  const known =
    contexts.get(key) ?? (await browser.newContext({ ...contextFor(theme, language), userAgent }));
  contexts.set(key, known);
  return known;
}

async function look(shot, context) {
  const page = await context.newPage();
  await page.setViewportSize({ width: shot.width, height: shot.height });
  let clean = true;
  const complain = (text) => {
    clean = false;
    complaints.push(`${shot.name}: ${text}`);
  };
  page.on('pageerror', (error) => complain(`error: ${error.message}`));
  page.on('console', (message) => {
    // A browser asks for an icon that the app has no use for.
    const icon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !icon) complain(`console: ${message.text()}`);
  });
  const at = shot.at === undefined ? '' : `&at=${shot.at}`;
  const window = shot.window === undefined ? '' : `&window=${shot.window}`;
  await page.goto(`${address}?scripted=${shot.scene}${at}${window}`);
  await page.waitForFunction(() => document.body.innerText.trim() !== '');
  for (const step of shot.press ?? []) {
    try {
      await take(page, step);
    } catch (error) {
      complain(`cannot get there: ${error.message.split('\n')[0]}`);
    }
  }
  const awaited = shot.until ?? until[shot.scene];
  if (awaited !== undefined) {
    try {
      await page.getByTestId(awaited).first().waitFor({ timeout: PATIENCE });
    } catch {
      complain(`never shown: ${awaited}`);
    }
  }
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await page.evaluate(axe);
  const colours = options.quick && shot.theme !== THEMES[0];
  const found = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { runOnly }),
    colours ? { type: 'rule', values: COLOURS } : { type: 'tag', values: STANDARD },
  );
  for (const violation of found.violations) {
    const places = violation.nodes.map((node) => node.target.join(' ')).slice(0, 3);
    complain(`axe: ${violation.id} (${violation.help}) at ${places.join(', ')}`);
  }
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
  );
  if (wide) complain('it is wider than its window');
  for (const text of await page.evaluate(besideTheWindow)) complain(`reaches out of its window: ${text}`);
  for (const text of await page.evaluate(withoutBeginning)) complain(`cut at its beginning: ${text}`);
  if (!options.quick || !clean) await page.screenshot({ path: path.join(out, `${shot.name}.png`) });
  await page.close();
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
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
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
