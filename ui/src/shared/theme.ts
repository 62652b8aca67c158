/** Light or dark: the document carries which, and tokens.css has the colours of each. */

/** Follows the choice, and the system where that is chosen, until the returned function is called. */
export function followTheme(choice: 'system' | 'light' | 'dark', root: HTMLElement): () => void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    root.dataset.theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  };
  apply();
  dark.addEventListener('change', apply);
  return () => {
    dark.removeEventListener('change', apply);
  };
}
