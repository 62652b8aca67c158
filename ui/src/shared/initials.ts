/** What stands for a person without a picture. */

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function first(word: string): string {
  for (const { segment } of segments.segment(word)) return segment.toLocaleUpperCase();
  return '';
}

/** The first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== '');
  const start = words.at(0);
  const end = words.at(-1);
  if (start === undefined || end === undefined) return '?';
  return words.length === 1 ? first(start) : first(start) + first(end);
}

/** A colour, in degrees, that follows from the id alone. */
export function hue(id: string): number {
  let hash = 7;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 3600;
  return hash % 360;
}
