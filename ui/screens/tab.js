/**
 * The keyboard's way through whole screens, by real presses in a real browser: every control is reached, in the order of
 * reading; where the focus is can be seen, and nothing lies over it; nothing holds it but a dialog.
 */

/** Scenes, as in `shots.js`; `within` is the test id of a dialog, which alone may hold the focus. */
const WAYS = [
  { name: 'main', scene: 'main' },
  { name: 'chat', scene: 'chat' },
  { name: 'chat-narrow', scene: 'chat', size: [450, 500] },
  { name: 'chat-unverified', scene: 'unverified' },
  { name: 'sign-in', scene: 'signed-out' },
  { name: 'start-problem', scene: 'starting-offline' },
  { name: 'settings', scene: 'settings', at: 'settings/account' },
  { name: 'settings-devices', scene: 'settings', at: 'settings/devices' },
  { name: 'settings-narrow', scene: 'settings', at: 'settings/notifications', size: [450, 500] },
  { name: 'call', scene: 'active' },
  { name: 'call-narrow', scene: 'active', size: [450, 500] },
  { name: 'call-own-blurred', scene: 'own-blurred' },
  { name: 'call-notices', scene: 'call-microphone-denied' },
  { name: 'reconnecting', scene: 'reconnecting', until: 'reconnecting', last: hangUp },
  { name: 'ring', scene: 'incoming', within: 'incoming' },
];
const LANGUAGES = ['en', 'ar'];
const PATIENCE = 20_000;

/** Walks all of them that `wanted` asks for, and says how many. */
export async function walkThrough(browser, address, wanted, complain) {
  let walked = 0;
  for (const locale of LANGUAGES) {
    for (const way of WAYS) {
      const name = `keyboard-${way.name}-${locale}`;
      if (!wanted(name, locale)) continue;
      const [width, height] = way.size ?? [900, 600];
      const context = await browser.newContext({
        viewport: { width, height },
        locale,
        reducedMotion: 'reduce',
      });
      try {
        await walk(await context.newPage(), address, way, (text) => complain(`${name}: ${text}`));
      } catch (error) {
        complain(`${name}: ${error.message.split('\n')[0]}`);
      }
      await context.close();
      walked += 1;
    }
  }
  return walked;
}

async function walk(page, address, way, complain) {
  const at = way.at === undefined ? '' : `&at=${way.at}`;
  await page.goto(`${address}?scripted=${way.scene}${at}`);
  await page.waitForFunction(() => document.body.innerText.trim() !== '');
  if (way.until !== undefined) await page.getByTestId(way.until).first().waitFor({ timeout: PATIENCE });
  const inside = way.within === undefined ? 'body' : `[data-testid="${way.within}"]`;
  await page.locator(inside).waitFor({ timeout: PATIENCE });
  const count = await page.evaluate(beginIn, inside);

  const there = await press(page, 'Tab', count);
  for (const text of await page.evaluate(judge, there)) complain(text);
  const back = await press(page, 'Shift+Tab', count);
  const mirrored = there.filter((stop) => stop.index >= 0).map((stop) => stop.index);
  const backwards = back.filter((stop) => stop.index >= 0).map((stop) => stop.index);
  if (new Set(backwards).size !== new Set(mirrored).size) complain('another way back than there');
  await way.last?.(page, complain);
}

/** Presses it until the focus has been everywhere and comes round again; each stop as `stop` tells it. */
async function press(page, keys, count) {
  const stops = [];
  const seen = new Set();
  // What is not among the controls, such as a list that scrolls, takes a press, too.
  for (let presses = 0; presses < 2 * count + 8; presses++) {
    await page.keyboard.press(keys);
    const now = await page.evaluate(stop);
    if (seen.has(now.index) && seen.size >= count) break;
    if (now.index >= 0) seen.add(now.index);
    stops.push(now);
  }
  return stops;
}

/** While the connection is restored one can hang up, by keyboard. */
async function hangUp(page, complain) {
  for (let presses = 0; presses < 40; presses++) {
    const id = await page.evaluate(() => document.activeElement?.dataset?.testid);
    if (id === 'end-call') {
      await page.keyboard.press('Enter');
      await page.locator('[data-phase="ended"]').waitFor({ timeout: PATIENCE });
      return;
    }
    await page.keyboard.press('Tab');
  }
  complain('hanging up is not reached');
}

/** In the page: takes down what can be reached, and how it looks without the focus; answers how many that are. */
function beginIn(selector) {
  const root = document.querySelector(selector);
  const controls = [...root.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')].filter(
    (one) =>
      one.tabIndex >= 0 &&
      !one.disabled &&
      one.closest('[inert]') === null &&
      one.checkVisibility({ visibilityProperty: true }),
  );
  /** Whether it has the focus may be shown by it, by the frame around it, or by what it draws inside. */
  const rings = (one) =>
    [one, one.parentElement, one.firstElementChild]
      .filter((box) => box !== null)
      .map((box) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(box);
        return outlineStyle === 'none' ? boxShadow : `${outlineStyle} ${outlineWidth} ${boxShadow}`;
      })
      .join(' | ');
  document.activeElement?.blur();
  globalThis.way = { root, controls, rings, plain: controls.map(rings) };
  return controls.length;
}

/** In the page: where the focus is now, and whether that can be seen. */
function stop() {
  const { root, controls, rings, plain } = globalThis.way;
  const one = document.activeElement;
  if (one === null || one === document.body) return { index: -1, text: '', outside: false };
  const index = controls.indexOf(one);
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const points = [
    [x, y],
    [left + 3, y],
    [right - 3, y],
    [x, top + 3],
    [x, bottom - 3],
  ];
  const free = points.filter(([across, down]) => {
    const hit = document.elementFromPoint(across, down);
    return hit !== null && (one.contains(hit) || hit.closest('label')?.control === one);
  });
  return {
    index,
    text: one.getAttribute('aria-label') ?? one.dataset.testid ?? one.textContent.trim().slice(0, 30),
    outside: !root.contains(one),
    // A tall one may reach below the edge of what scrolls.
    hidden: free.length < 3,
    unmarked: index >= 0 && rings(one) === plain[index],
  };
}

/** In the page: what is wrong with that way. */
function judge(stops) {
  const { controls } = globalThis.way;
  // The way scrolled what it led through.
  for (const box of document.querySelectorAll('*')) if (box.scrollTop !== 0) box.scrollTop = 0;
  const complaints = [];
  const name = (one) => one.getAttribute('aria-label') ?? one.dataset.testid ?? one.textContent.trim();
  for (const { text, outside, hidden, unmarked } of stops) {
    if (outside) complaints.push(`the focus leaves the dialog: ${text}`);
    if (hidden) complaints.push(`something lies over what has the focus: ${text}`);
    if (unmarked) complaints.push(`the focus cannot be seen: ${text}`);
  }
  const order = [...new Set(stops.map(({ index }) => index).filter((index) => index >= 0))];
  controls.forEach((one, index) => {
    if (!order.includes(index)) complaints.push(`not reached: ${name(one)}`);
  });
  // It goes round, from wherever it began.
  const first = order.indexOf(Math.min(...order));
  const round = [...order.slice(first), ...order.slice(0, first)].map((index) => controls[index]);
  const rightToLeft = document.documentElement.dir === 'rtl';
  const REGIONS =
    'header, footer, nav, main, section, form, ul, ol, dl, [role="toolbar"], [role="tablist"], [role="group"]';
  /** Both stand in one column, or in one line, and the later one is nearer to its beginning. */
  const backwards = (from, to) => {
    const [a, b] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
    const column = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1;
    const line = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2;
    if (line) return rightToLeft ? b.left >= a.right - 1 : b.right <= a.left + 1;
    return column && b.bottom <= a.top + 1;
  };
  round.slice(1).forEach((to, index) => {
    const from = round[index];
    const [a, b] = [from.closest(REGIONS) ?? from, to.closest(REGIONS) ?? to];
    const wrong = a === b || a.contains(b) || b.contains(a) ? backwards(from, to) : backwards(a, b);
    if (wrong) complaints.push(`against the order of reading: ${name(from)}, then ${name(to)}`);
  });
  return complaints;
}
