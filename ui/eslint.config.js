import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** A folder may use only what stands below it: backend, i18n, shared, then state, then system, then the domains, then views. */
function layer(folder, forbidden) {
  return {
    files: [`src/${folder}/**`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...forbidden.map((name) => ({
              regex: `^(\\.\\./)+${name}(/|$)`,
              message: `${folder}/ must not depend on ${name}/.`,
            })),
            ...(folder === 'backend'
              ? []
              : [{ regex: '^@tauri-apps/', message: 'Only backend/ talks to the app.' }]),
          ],
        },
      ],
    },
  };
}

const domains = ['auth', 'people', 'chat', 'call', 'settings'];

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/backend/generated/'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // TypeScript looks after names.
      'no-undef': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'svelte/require-each-key': 'error',
      'svelte/no-at-html-tags': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'The content security policy refuses style attributes; use a class or a style: directive.',
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Props are declared with `let`, because Svelte assigns them.
      'prefer-const': 'off',
    },
  },
  layer('backend', ['i18n', 'shared', 'state', 'system', ...domains, 'views']),
  layer('i18n', ['shared', 'state', 'system', ...domains, 'views']),
  layer('shared', ['backend', 'state', 'system', ...domains, 'views']),
  layer('state', ['shared', 'system', ...domains, 'views']),
  // What the app is surrounded by, used by several domains.
  layer('system', [...domains, 'views']),
  layer('auth', ['people', 'chat', 'call', 'settings', 'views']),
  // Blocking and reporting are offered in a chat and in a call; the own picture is tried in the settings.
  layer('people', ['auth', 'chat', 'call', 'settings', 'views']),
  layer('chat', ['auth', 'call', 'settings', 'views']),
  layer('call', ['auth', 'chat', 'settings', 'views']),
  layer('settings', ['auth', 'people', 'chat', 'views']),
  { files: ['**/*.js'], extends: [ts.configs.disableTypeChecked] },
);
