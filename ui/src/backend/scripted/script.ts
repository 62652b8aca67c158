/** What every part of the scripted backend stands on: the views it shows and the commands it was given. */
import type {
  Backend,
  CallView,
  ErrorCode,
  MatchId,
  Snapshot,
  UserError,
  Views,
  WindowShape,
} from '../backend';

/** A rejection as Rust sends it. */
export function userError(
  code: ErrorCode,
  detail: string | null = null,
  retryAfter: number | null = null,
): UserError {
  return { code, detail, retry_after_seconds: retryAfter };
}

export type Method = Exclude<
  keyof Backend,
  'listen' | 'listenToLinks' | 'listenToChatRequests' | 'listenToWindowShape'
>;

export class Script {
  /** Every command that was given, with its arguments. */
  readonly given: [Method, ...unknown[]][] = [];
  /** What a command is to reject with, until it is taken out again. */
  readonly failures = new Map<Method, unknown>();
  readonly #handlers = new Map<keyof Views, Set<(view: never) => void>>();

  constructor(readonly views: Snapshot) {}

  /** Changes a part and says so. */
  emit<Name extends keyof Views>(name: Name, view: Views[Name]): void {
    (this.views as Views)[name] = view;
    for (const handler of this.#handlers.get(name) ?? []) handler(view as never);
  }

  /** Changes the running call. */
  emitCall(change: Partial<CallView>): void {
    if (this.views.call !== null) this.emit('call', { ...this.views.call, ...change });
  }

  /** A link that the system handed over. */
  link: string | null = null;
  readonly #linkHandlers = new Set<(link: string | null) => void>();

  emitLink(link: string | null): void {
    this.link = link;
    for (const handler of this.#linkHandlers) handler(link);
  }

  listenToLinks(handler: (link: string | null) => void): Promise<() => void> {
    this.#linkHandlers.add(handler);
    return Promise.resolve(() => this.#linkHandlers.delete(handler));
  }

  readonly #chatHandlers = new Set<(matchId: MatchId) => void>();

  /** A notification was pressed. */
  emitChatRequest(matchId: MatchId): void {
    for (const handler of this.#chatHandlers) handler(matchId);
  }

  listenToChatRequests(handler: (matchId: MatchId) => void): Promise<() => void> {
    this.#chatHandlers.add(handler);
    return Promise.resolve(() => this.#chatHandlers.delete(handler));
  }

  /** As the user or the system made it. */
  shape: WindowShape = { mini: false, full_screen: false };
  readonly #shapeHandlers = new Set<(shape: WindowShape) => void>();

  /** Changes the window and says so. */
  emitWindowShape(change: Partial<WindowShape>): void {
    this.shape = { ...this.shape, ...change };
    for (const handler of this.#shapeHandlers) handler(this.shape);
  }

  listenToWindowShape(handler: (shape: WindowShape) => void): Promise<() => void> {
    this.#shapeHandlers.add(handler);
    return Promise.resolve(() => this.#shapeHandlers.delete(handler));
  }

  /** The arguments of the newest such command. */
  last(method: Method): unknown[] | undefined {
    return this.given.findLast(([name]) => name === method)?.slice(1);
  }

  protected async take(method: Method, ...args: unknown[]): Promise<void> {
    this.given.push([method, ...args]);
    await Promise.resolve();
    if (this.failures.has(method)) throw this.failures.get(method);
  }

  /** Rejects as Rust does, with plain data. */
  protected refuse(code: ErrorCode): Promise<void> {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- Tauri rejects with what Rust serialises
    return Promise.reject(userError(code));
  }

  async snapshot(): Promise<Snapshot> {
    await this.take('snapshot');
    return { ...this.views };
  }

  listen<Name extends keyof Views>(name: Name, handler: (view: Views[Name]) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler);
    return () => {
      handlers.delete(handler);
    };
  }
}
