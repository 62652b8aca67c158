/** Who is signed in, and to which server. */
import type { Backend, ServerView, SessionView, User } from '../backend/backend';
import { Attempt } from './attempt.svelte';

export class SessionState {
  view = $state.raw<SessionView>({ state: 'starting' });
  server = $state.raw<ServerView | null>(null);
  readonly leaving = new Attempt();

  constructor(readonly backend: Backend) {}

  readonly user: User | null = $derived(this.view.state === 'signed_in' ? this.view.user : null);
  readonly verified = $derived(this.user?.verified ?? false);
  readonly problem = $derived(this.view.state === 'starting' ? null : this.view.problem);
  readonly developmentMail = $derived(this.server?.development_mail ?? false);
  readonly callsOffline = $derived(this.server?.calls === 'offline');
  readonly callsNotConfigured = $derived(this.server?.calls === 'not_configured');

  signOut(): Promise<boolean> {
    return this.leaving.run(() => this.backend.signOut());
  }

  signOutEverywhere(): Promise<boolean> {
    return this.leaving.run(() => this.backend.signOutEverywhere());
  }
}
