/** The part of the scripted backend that knows accounts and people. */
import type { MatchId, Person, SignedInDevice, Snapshot, Swiped, User, UserError, UserId } from '../backend';
import { paintPhoto, photoAddress } from './photo';
import { Script } from './script';

export class ScriptedAccount extends Script {
  /** The account that signing in leads to. */
  account: User;
  /** Whom `discover` finds. */
  people: Person[] = [
    { id: 'user-ines', name: 'Ines', photo: photoAddress('ines') },
    { id: 'user-tomas', name: 'Tomas', photo: null },
    { id: 'user-yuki', name: 'Yuki', photo: photoAddress('yuki') },
  ];
  /** Those of them who like the user already: liking them back is a match. */
  readonly likedBy = new Set<UserId>(['user-ines']);
  blockedPeople: Person[] = [];
  devices: SignedInDevice[] = [
    { id: 'device-here', name: 'Pizoo on Linux', last_seen: '2026-03-10T08:30:00+00:00', here: true },
    { id: 'device-other', name: 'Pizoo on macOS', last_seen: '2026-03-08T19:05:00+00:00', here: false },
  ];

  constructor(views: Snapshot, account: User) {
    super(views);
    this.account = account;
  }

  async sendLink(email: string, name: string): Promise<void> {
    await this.take('sendLink', email, name);
  }

  async verifyLink(text: string, email: string): Promise<void> {
    await this.take('verifyLink', text, email);
    this.#signIn('email_link');
  }

  async developmentLink(email: string): Promise<void> {
    await this.take('developmentLink', email);
    this.#signIn('email_link');
  }

  async signInWithPassword(email: string, password: string): Promise<void> {
    await this.take('signInWithPassword', email, password);
    this.#signIn(null);
  }

  async register(email: string, password: string, name: string): Promise<void> {
    await this.take('register', email, password, name);
    this.account = { ...this.account, email, name, verified: false, verified_method: null };
    this.#signIn(null);
  }

  async sendPhoneCode(phone: string): Promise<void> {
    await this.take('sendPhoneCode', phone);
  }

  async verifyPhoneCode(code: string): Promise<void> {
    await this.take('verifyPhoneCode', code);
    this.#signIn('phone');
  }

  /** `method` is how that verifies the account, if it does. */
  #signIn(method: string | null): void {
    if (method !== null) this.account = { ...this.account, verified: true, verified_method: method };
    this.emit('session', { state: 'signed_in', user: this.account, problem: null });
  }

  async retryStart(): Promise<void> {
    await this.take('retryStart');
    this.#signIn(null);
  }

  async signOut(): Promise<void> {
    await this.take('signOut');
    this.#leave();
  }

  async signOutEverywhere(): Promise<void> {
    await this.take('signOutEverywhere');
    this.#leave();
  }

  #leave(): void {
    this.emit('chat', null);
    this.emit('call', null);
    this.emit('incoming', null);
    this.emit('session', { state: 'signed_out', problem: null });
  }

  async rename(name: string): Promise<void> {
    await this.take('rename', name);
    this.account = { ...this.account, name };
    this.emit('session', { state: 'signed_in', user: this.account, problem: null });
  }

  /** Photos that were set here, by address. */
  readonly #photos = new Map<string, Blob>();

  async photo(address: string): Promise<Blob> {
    await this.take('photo', address);
    return this.#photos.get(address) ?? paintPhoto(address);
  }

  async setPhoto(picture: Blob): Promise<void> {
    await this.take('setPhoto', picture);
    const address = photoAddress(`own${this.#photos.size}`);
    this.#photos.set(address, picture);
    this.#showPhoto(address);
  }

  async removePhoto(): Promise<void> {
    await this.take('removePhoto');
    this.#showPhoto(null);
  }

  #showPhoto(photo: string | null): void {
    this.account = { ...this.account, photo };
    this.emit('session', { state: 'signed_in', user: this.account, problem: null });
  }

  async devicesSignedIn(): Promise<SignedInDevice[]> {
    await this.take('devicesSignedIn');
    return this.devices;
  }

  async signOutDevice(id: string): Promise<void> {
    await this.take('signOutDevice', id);
    this.devices = this.devices.filter((device) => device.id !== id);
  }

  async exportData(): Promise<string> {
    await this.take('exportData');
    return '/home/noor/Downloads/pizoo-data.json';
  }

  async serverIsFixed(): Promise<boolean> {
    await this.take('serverIsFixed');
    return false;
  }

  async chooseServer(address: string | null): Promise<void> {
    await this.take('chooseServer', address);
    const here = address === null;
    const { server } = this.views;
    this.emit('server', {
      ...server,
      address: address ?? 'http://127.0.0.1:8001',
      on_this_computer: here,
      development_mail: here,
    });
    this.#leave();
  }

  async openSystemSettings(page: 'camera' | 'microphone'): Promise<void> {
    await this.take('openSystemSettings', page);
  }

  async pendingLink(): Promise<string | null> {
    await this.take('pendingLink');
    return this.link;
  }

  /** As in Rust: a link is used up by what the server makes of it, and goes on waiting where there was no server to ask. */
  async answerLink(accept: boolean): Promise<void> {
    try {
      await this.take('answerLink', accept);
    } catch (error) {
      if ((error as Partial<UserError>).code === 'bad_link') this.link = null;
      throw error;
    }
    if (accept) this.#signIn('email_link');
    this.emitLink(null);
  }

  async networkChanged(): Promise<void> {
    await this.take('networkChanged');
  }

  async deleteAccount(): Promise<void> {
    await this.take('deleteAccount');
    this.#leave();
  }

  async discover(): Promise<Person[]> {
    await this.take('discover');
    return this.people;
  }

  async swipe(userId: UserId, like: boolean): Promise<Swiped> {
    await this.take('swipe', userId, like);
    const person = this.people.find((one) => one.id === userId);
    this.people = this.people.filter((one) => one.id !== userId);
    if (person === undefined || !like || !this.likedBy.has(userId)) return { match_id: null };
    const matchId = userId.replace(/^user-/u, '');
    const now = new Date().toISOString();
    const match = {
      match_id: matchId,
      user: { id: userId, name: person.name, display_name: null, photo: person.photo, is_online: false },
      last_message: { content: null, created_at: now, sender_id: null },
      unread_count: 0,
      matched_at: now,
    };
    const { conversations } = this.views;
    this.emit('conversations', { ...conversations, list: [match, ...conversations.list] });
    return { match_id: matchId };
  }

  async unmatch(matchId: MatchId): Promise<void> {
    await this.take('unmatch', matchId);
    this.#forget((one) => one.match_id === matchId);
  }

  async block(userId: UserId): Promise<void> {
    await this.take('block', userId);
    const conversation = this.views.conversations.list.find((one) => one.user.id === userId);
    this.blockedPeople = [
      ...this.blockedPeople,
      {
        id: userId,
        name: conversation?.user.display_name ?? conversation?.user.name ?? userId,
        photo: conversation?.user.photo ?? null,
      },
    ];
    if (this.views.incoming?.partner_id === userId) this.emit('incoming', null);
    if (this.views.call?.partner_id === userId) this.emit('call', null);
    this.#forget((one) => one.user.id === userId);
  }

  #forget(gone: (one: Snapshot['conversations']['list'][number]) => boolean): void {
    const { conversations, chat } = this.views;
    const matches = conversations.list.filter(gone).map((one) => one.match_id);
    if (chat !== null && matches.includes(chat.match_id)) this.emit('chat', null);
    this.emit('conversations', {
      ...conversations,
      list: conversations.list.filter((one) => !gone(one)),
    });
  }

  async unblock(userId: UserId): Promise<void> {
    await this.take('unblock', userId);
    this.blockedPeople = this.blockedPeople.filter((one) => one.id !== userId);
  }

  async blocked(): Promise<Person[]> {
    await this.take('blocked');
    return this.blockedPeople;
  }

  async report(userId: UserId, reason: string, details: string): Promise<void> {
    await this.take('report', userId, reason, details);
  }
}
