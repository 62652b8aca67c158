/** What one can do about the other side of a call, as a menu offers it. */
import Flag from '@lucide/svelte/icons/flag';
import UserX from '@lucide/svelte/icons/user-x';
import type { Messages } from '../../i18n/language.svelte';
import type { Entry } from '../../shared/menu';
import type { Concern } from '../../state/safety.svelte';
import { testids } from '../../testids';

export function safetyEntries(
  words: Messages['call']['safety'],
  onchoose: (kind: Concern['kind']) => void,
): Entry[] {
  return [
    {
      kind: 'action',
      label: words.report,
      icon: Flag,
      danger: true,
      testid: testids.report,
      onselect: () => {
        onchoose('report');
      },
    },
    {
      kind: 'action',
      label: words.block,
      icon: UserX,
      danger: true,
      testid: testids.block,
      onselect: () => {
        onchoose('block');
      },
    },
  ];
}
