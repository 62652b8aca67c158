/** Starts the page: chooses the backend and mounts the app over it. */
import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/stage.css';
import { mount } from 'svelte';
import { chooseBackend } from './backend/choose';
import { Pizoo } from './state/pizoo.svelte';
import { Place, placeAt } from './state/place.svelte';
import App from './views/App.svelte';

const target = document.querySelector('#app');
if (target === null) throw new Error('The page has no #app.');

const address = new URL(location.href);
const backend = await chooseBackend(address);
// In development, `&at=settings/devices` starts there.
const place = import.meta.env.DEV ? placeAt(address.searchParams.get('at')) : new Place();
mount(App, {
  target,
  props: {
    pizoo: backend === null ? null : new Pizoo(backend),
    place,
    only: address.searchParams.get('window') === 'incoming' ? 'incoming' : null,
  },
});
