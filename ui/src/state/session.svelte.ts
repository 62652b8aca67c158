/** Who is signed in, and to which server. */
import type { Backend, ServerView, SessionView, User } from '../backend/backend';
import { Attempt } from './attempt.svelte';

export class SessionState {
  view = $state.raw<SessionView>({ state: 'starting', problem: null });
  server = $state.raw<ServerView | null>(null);
  readonly leaving = new Attempt();
  /** Of the session that was kept. */
  readonly restoring = new Attempt();

  constructor(readonly backend: Backend) {}

  readonly user: User | null = $derived(this.view.state === 'signed_in' ? this.view.user : null);
  readonly verified = $derived(this.user?.verified ?? false);
  readonly problem = $derived(this.view.problem);
  readonly developmentMail = $derived(this.server?.development_mail ?? false);
  readonly callsOffline = $derived(this.server?.calls === 'offline');
  readonly callsNotConfigured = $derived(this.server?.calls === 'not_configured');
  /** What is missing for calls; told only to those who can do something about it. */
  readonly callsMissing = $derived(this.server?.on_this_computer === true ? this.server.calls_problem : null);

  /** Restores the kept session, after what stood in the way. */
  retryStart(): Promise<boolean> {
    return this.restoring.run(() => this.backend.retryStart());
  }

  signOut(): Promise<boolean> {
    return this.leaving.run(() => this.backend.signOut());
  }

  signOutEverywhere(): Promise<boolean> {
    return this.leaving.run(() => this.backend.signOutEverywhere());
  }
}
