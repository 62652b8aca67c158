/** What does not fit, asked in the page itself. */

/** What one may want to press or to read first, and is cut off at a side, by the window or by what it stands in. */
export function besideTheWindow() {
  const beside = [];
  for (const box of document.querySelectorAll('a[href], button, input, select, textarea, h1, h2, h3')) {
    const { left, right, width, height } = box.getBoundingClientRect();
    // Not to be seen, and there for those who listen.
    if (width < 2 || height < 2 || !box.checkVisibility({ visibilityProperty: true })) continue;
    if (left < -1 || right > innerWidth + 1)
      beside.push(box.getAttribute('aria-label') ?? box.textContent.trim().slice(0, 40));
  }
  return beside;
}

/** Texts on one line whose first letter is cut off, as happens to words in the other direction than their box. */
export function withoutBeginning() {
  const cut = [];
  for (const box of document.querySelectorAll('*')) {
    // Not to be seen, and there for those who listen.
    if (box.clientWidth < 2) continue;
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
