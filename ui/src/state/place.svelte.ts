/** Where in the app one is. Calls and signing in are no places: they follow from the state. */

export const sections = [
  'account',
  'devices',
  'notifications',
  'privacy',
  'language',
  'appearance',
  'keyboard',
  'app',
] as const;

export type Section = (typeof sections)[number];

type View = 'chat' | 'people' | 'settings' | 'verify';

export class Place {
  view = $state<View>('chat');
  section = $state<Section>('account');
  /** Where one just came back from: what led there gets the focus again. */
  from: View | null = null;
  #trail: View[] = [];

  /** Goes there. Settings and verifying are left by `back`, to where one was. */
  go(view: View): void {
    if (view === this.view) return;
    if (view === 'chat' || view === 'people') this.#trail = [];
    else this.#trail.push(this.view);
    this.from = null;
    this.view = view;
  }

  back(): void {
    this.from = this.view;
    this.view = this.#trail.pop() ?? 'chat';
  }

  /** The next account starts anew. */
  forget(): void {
    this.view = 'chat';
    this.section = 'account';
    this.from = null;
    this.#trail = [];
  }
}

/** A place by name, such as `people` or `settings/devices`; for work on the look. */
export function placeAt(name: string | null): Place {
  const place = new Place();
  const [view, section] = (name ?? '').split('/');
  if (view === 'people' || view === 'settings' || view === 'verify') place.go(view);
  place.section = sections.find((one) => one === section) ?? 'account';
  return place;
}
