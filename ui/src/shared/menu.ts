/** What a menu of `DropMenu` offers. */
import type { Component } from 'svelte';

export type Entry =
  | {
      kind: 'action';
      label: string;
      icon?: Component<{ size?: number; 'aria-hidden'?: boolean }>;
      danger?: boolean;
      testid: string;
      onselect: () => void;
    }
  | {
      kind: 'check';
      label: string;
      hint?: string;
      checked: boolean;
      testid: string;
      onchange: (checked: boolean) => void;
    };
