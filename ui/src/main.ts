/** Starts the page: chooses the backend and mounts the app over it. */
import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/stage.css';
import { mount } from 'svelte';
import { chooseBackend } from './backend/choose';
import { language } from './i18n/language.svelte';
import { Pizoo } from './state/pizoo.svelte';
import App from './views/App.svelte';

const target = document.querySelector('#app');
if (target === null) throw new Error('The page has no #app.');

language.apply(document.documentElement);
const address = new URL(location.href);
const backend = await chooseBackend(address);
mount(App, {
  target,
  props: {
    pizoo: backend === null ? null : new Pizoo(backend),
    only: address.searchParams.get('window') === 'incoming' ? 'incoming' : null,
  },
});
