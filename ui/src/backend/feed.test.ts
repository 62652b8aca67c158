import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Changes, SessionView } from './backend';
import { Feed } from './feed';
import { preferences } from './scripted/backend';

const signedOut: SessionView = { state: 'signed_out', problem: null };

/** Questions, each of which waits until it is answered. */
class App {
  readonly asked: number[] = [];
  #answer: { resolve: (changes: Changes) => void; reject: (error: unknown) => void } | null = null;

  readonly ask = (after: number) =>
    new Promise<Changes>((resolve, reject) => {
      this.asked.push(after);
      this.#answer = { resolve, reject };
    });

  async answer(revision: number, changes: Changes['changes']): Promise<void> {
    this.#answer?.resolve({ revision, changes });
    await vi.advanceTimersByTimeAsync(0);
  }

  async refuse(): Promise<void> {
    this.#answer?.reject(new Error('refused'));
    await vi.advanceTimersByTimeAsync(0);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('each question goes on from the last answer, and changes are told to who listens to that view', async () => {
  const app = new App();
  const feed = new Feed(app.ask);
  const sessions: SessionView[] = [];
  feed.listen('session', (view) => sessions.push(view));
  feed.begin(7);
  await app.answer(9, [
    { name: 'session', view: signedOut },
    { name: 'preferences', view: preferences() },
  ]);
  await app.answer(9, []);
  expect(app.asked).toEqual([7, 9, 9]);
  expect(sessions).toEqual([signedOut]);
});

test('a question that fails is asked again, after a pause', async () => {
  const complained = vi.spyOn(console, 'error').mockReturnValue();
  const app = new App();
  const feed = new Feed(app.ask);
  const sessions: SessionView[] = [];
  feed.listen('session', (view) => sessions.push(view));
  feed.begin(7);
  await app.refuse();
  expect(app.asked).toEqual([7]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(app.asked).toEqual([7, 7]);
  await app.answer(8, [{ name: 'session', view: signedOut }]);
  expect(sessions).toEqual([signedOut]);
  expect(complained).toHaveBeenCalledOnce();
});

test('when nobody listens any more nothing is asked, and a new beginning asks again, once', async () => {
  const app = new App();
  const feed = new Feed(app.ask);
  const stop = feed.listen('session', () => undefined);
  feed.begin(0);
  stop();
  await app.answer(1, []);
  expect(app.asked).toEqual([0]);
  feed.listen('session', () => undefined);
  feed.begin(3);
  feed.begin(3);
  expect(app.asked).toEqual([0, 3]);
});
