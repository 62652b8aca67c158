/**
 * A button's name for who hears it: what is written on it is part of it, so that it can be asked for by that, too (WCAG 2.5.3).
 */
export function named(label: string, caption: string): string {
  return label.toLocaleLowerCase().includes(caption.toLocaleLowerCase()) ? label : `${label}, ${caption}`;
}
