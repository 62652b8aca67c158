/**
 * What is timed inside the page, the same code in the app's web view and in Chromium. Times are in milliseconds, from the
 * event to the frame that shows its effect.
 */
globalThis.pizooBench = (() => {
  /** A call may take so long to begin, in milliseconds. */
  const CALL = 30_000;

  /** Resolves when what was changed until now has been painted. */
  const painted = () =>
    new Promise((done) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          // An open one is kept for ever.
          port1.close();
          done(undefined);
        };
        port2.postMessage(null);
      });
    });
  const find = (id) => document.querySelector(`[data-testid='${id}']`);

  async function until(what, condition, patience = 10_000) {
    const started = performance.now();
    while (!(await condition())) {
      if (performance.now() - started > patience) throw new Error(`not in time: ${what}`);
      await new Promise((next) => {
        requestAnimationFrame(next);
      });
    }
  }

  return {
    /** When the conversations were first on the screen: milliseconds since 1970. */
    async usable() {
      await until('the conversations', () => performance.getEntriesByName('pizoo-usable').length > 0);
      return performance.timeOrigin + performance.getEntriesByName('pizoo-usable')[0].startTime;
    },

    /** Opens one conversation after the other. */
    async switches(count) {
      const times = [];
      for (let turn = 0; turn < count; turn += 1) {
        const rows = [...document.querySelectorAll("[data-testid='conversation']")];
        const row = rows.find((one) => one.getAttribute('aria-current') !== 'true') ?? rows[0];
        const before = find('composer')?.getAttribute('aria-label');
        const started = performance.now();
        row.click();
        await until('the other chat', () => {
          const now = find('composer')?.getAttribute('aria-label');
          return now !== undefined && now !== null && now !== before;
        });
        await painted();
        times.push(performance.now() - started);
      }
      return times;
    },

    /**
     * Calls and hangs up, again and again; the milliseconds until the other side's first picture. It runs in here because
     * WebKit keeps the text of each script that a driver sends, and a driver that waits sends many.
     */
    async calls(count) {
      const times = [];
      const phase = () => find('call-screen')?.getAttribute('data-phase');
      for (let turn = 0; turn < count; turn += 1) {
        const started = performance.now();
        find('call-video').click();
        await until(
          'the call',
          () => {
            find('ground-rules-accept')?.click();
            return phase() === 'active';
          },
          CALL,
        );
        await until(
          'a picture',
          async () => (await globalThis.__TAURI_INTERNALS__.invoke('call_statistics')).frames_received > 0,
          CALL,
        );
        times.push(performance.now() - started);
        find('end-call').click();
        await until('the end of the call', () => phase() === 'ended', CALL);
        find('dismiss-call').click();
        await until('the chat', () => find('call-screen') === null && find('call-video') !== null);
      }
      return times;
    },

    /** Types one letter after the other into the open chat. */
    async keys(count) {
      const times = [];
      const field = find('composer');
      field.focus();
      for (let turn = 0; turn < count; turn += 1) {
        const started = performance.now();
        document.execCommand('insertText', false, 'a');
        await painted();
        times.push(performance.now() - started);
      }
      field.select();
      document.execCommand('delete');
      return times;
    },

    /**
     * Resolves when the engine has looked through its whole heap, and answers with the milliseconds that took. A page cannot
     * ask for that. But WebKit allows few memories of WebAssembly at a time, as each reserves gigabytes of addresses, and looks
     * for unused ones when there are several. What is gone then tells that it did.
     */
    async collect() {
      const started = performance.now();
      const gone = { young: 0, old: 0 };
      const registry = new FinalizationRegistry((age) => {
        gone[age] += 1;
      });
      /** Several, because an engine may take a number on its stack for the address of one. */
      const watched = (age) =>
        Array.from({ length: 20 }, () => {
          const one = {};
          registry.register(one, age);
          return one;
        });
      const litter = () => Array.from({ length: 50_000 }, (_, index) => ({ index })).length;
      const old = watched('old');
      await until('a collection of what is young', () => {
        watched('young');
        return litter() > 0 && gone.young > 0;
      });
      old.length = 0;
      await until('a collection of everything', () => {
        void new WebAssembly.Memory({ initial: 1 });
        return gone.old > 0;
      });
      return [performance.now() - started];
    },
  };
})();
