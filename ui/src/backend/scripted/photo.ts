/** Painted stand-ins for photos of people. */

/** Where the photo of somebody is; always the same. */
export function photoAddress(id: string): string {
  const digits = Array.from(id, (letter) => (letter.codePointAt(0) ?? 0).toString(16)).join('');
  return `/api/photos/${digits.padEnd(32, '0').slice(0, 32)}`;
}

/** Somebody in front of a wall: always the same for an address. */
export function paintPhoto(address: string): Blob {
  let hash = 11;
  for (const letter of address) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 100_003;
  const pick = (most: number, step: number) => Math.floor(hash / step) % most;
  const wall = pick(360, 1);
  const skin = ['#f0c9a8', '#d9a27c', '#a86f4c', '#7c4d33'][pick(4, 7)] ?? '#d9a27c';
  const hair = ['#2c1c1e', '#5b3a24', '#8a5a2b', '#c9a15c'][pick(4, 13)] ?? '#2c1c1e';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 64 64">
    <defs><linearGradient id="wall" x2="0" y2="1">
      <stop stop-color="hsl(${wall} 45% 74%)"/><stop offset="1" stop-color="hsl(${wall + 30} 40% 52%)"/>
    </linearGradient></defs>
    <rect width="64" height="64" fill="url(#wall)"/>
    <path d="M16 66V30a16 18 0 0 1 32 0v36z" fill="${hair}"/>
    <path d="M8 66a24 20 0 0 1 48 0z" fill="hsl(${(wall + 180) % 360} 38% 42%)"/>
    <rect x="27" y="38" width="10" height="12" rx="5" fill="${skin}"/>
    <ellipse cx="32" cy="30" rx="11" ry="14" fill="${skin}"/>
    <path d="M20 28a12 14 0 0 1 24 0q-10-1-14-7-3 6-10 7z" fill="${hair}"/>
  </svg>`;
  return new Blob([svg], { type: 'image/svg+xml' });
}
