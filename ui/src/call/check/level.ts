/** How loud something looks: steps of loudness as they are heard, from a whisper's floor up to as loud as can be. */
const FLOOR_DB = -60;

/** `level` is 0 to 1 of what can be; so is the answer, of the meter's length. */
export function meterShare(level: number): number {
  if (level <= 0) return 0;
  const share = 1 - (20 * Math.log10(level)) / FLOOR_DB;
  return Math.min(1, Math.max(0, share));
}
