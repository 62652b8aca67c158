/** Times of the day as fields have them (`07:30`) and as they are kept: minutes after midnight. */

export function clock(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Null for what is no time. Not every web view has a field of its own for times, so it may be typed. */
export function minutesOf(text: string): number | null {
  const [, hours, minutes] = /^\s*(\d{1,2}):(\d{2})/u.exec(text) ?? [];
  const time = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && time < 24 * 60 ? time : null;
}
