import type { Channel, ChannelPatch, ChannelSettings, ChannelWithSecret } from '../../../wire/channel.ts';
import { limits } from '../../../wire/limits.ts';
import {
  type ChannelSecrets,
  isSigned,
  leadsTo,
  reachesNobody,
  settingsAfter,
  settingsWithout,
} from '../../adapters/channels.ts';
import { seal, unseal } from '../../credentials/sealed.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import type { RoomTables } from '../room-tables.ts';
import { ChannelBook, type KeptChannel } from './channel-book.ts';

/** What came of an edit: the channel; or that there is none, its settings are of another kind, or others changed them at the same time. */
export type EditedChannel = { ok: true; channel: Channel } | { ok: false; why: 'missing' | 'kind' | 'conflict' };

/** The channel with its new secret; or that it has none, or was changed at the same time. */
export type RotatedSecret = { ok: true; channel: ChannelWithSecret } | { ok: false; why: 'missing' | 'conflict' };

/** What the outbox gives those who keep its secrets. */
export interface OutboxPorts {
  signingSecret: string;
  organizationId: () => string;
  now: () => number;
}

/** An organization's channels, whose settings are open only while something is sent. */
export class OutboxChannels {
  private readonly book: ChannelBook;
  private readonly ports: OutboxPorts;

  constructor(tables: RoomTables, ports: OutboxPorts) {
    this.book = new ChannelBook(tables);
    this.ports = ports;
  }

  list(): Channel[] {
    return this.book.list().map(shown);
  }

  find(id: string): Channel | undefined {
    const kept = this.book.find(id);
    return kept && shown(kept);
  }

  /** Null where there are too many. The same id again answers what is there, without its secret. */
  async add(id: string, name: string, settings: ChannelSettings): Promise<ChannelWithSecret | null> {
    const secret = isSigned(settings.kind) ? newSecret() : null;
    const sealed = await this.seal(id, { settings, signing: secret === null ? [] : [{ secret, untilMs: null }] });
    const there = this.book.find(id);
    if (there) return { ...shown(there), secret: null };
    if (this.book.list().length >= limits.maxChannelsPerOrganization) return null;
    const createdAt = new Date(this.ports.now()).toISOString();
    const kept: KeptChannel = {
      id,
      kind: settings.kind,
      name,
      leadsTo: leadsTo(settings),
      isEnabled: true,
      disabledWhy: null,
      createdAt,
      sealed,
    };
    this.book.save(kept);
    return { ...shown(kept), secret };
  }

  async edit(id: string, { name, isEnabled, settings: patch }: ChannelPatch): Promise<EditedChannel> {
    const before = this.book.find(id);
    if (!before) return { ok: false, why: 'missing' };
    if (patch && patch.kind !== before.kind) return { ok: false, why: 'kind' };
    const secrets = patch && (await this.open(before));
    const settings = patch && secrets && settingsAfter(secrets.settings, patch);
    const sealed = settings && (await this.seal(id, { ...secrets, settings }));
    // Somebody else may have changed or removed it while it was sealed.
    const kept = this.book.find(id);
    if (!kept) return { ok: false, why: 'missing' };
    if (settings && kept.sealed !== before.sealed) return { ok: false, why: 'conflict' };
    const changed: KeptChannel = {
      ...kept,
      ...(name !== undefined && { name }),
      ...(isEnabled !== undefined && { isEnabled, disabledWhy: null }),
      ...(settings && sealed !== undefined && { leadsTo: leadsTo(settings), sealed }),
    };
    this.book.save(changed);
    return { ok: true, channel: shown(changed) };
  }

  /** A new secret to sign with; the old ones sign beside it for a day. */
  async rotate(id: string): Promise<RotatedSecret> {
    const before = this.book.find(id);
    if (!before || !isSigned(before.kind)) return { ok: false, why: 'missing' };
    const secrets = await this.open(before);
    const secret = newSecret();
    const nowMs = this.ports.now();
    const old = secrets.signing
      .map((each) => ({ ...each, untilMs: each.untilMs ?? nowMs + limits.secretOverlapMs }))
      .filter(({ untilMs }) => untilMs > nowMs)
      .slice(0, 1);
    const sealed = await this.seal(id, { ...secrets, signing: [{ secret, untilMs: null }, ...old] });
    const kept = this.book.find(id);
    if (!kept) return { ok: false, why: 'missing' };
    if (kept.sealed !== before.sealed) return { ok: false, why: 'conflict' };
    this.book.save({ ...kept, sealed });
    return { ok: true, channel: { ...shown(kept), secret } };
  }

  remove(id: string): boolean {
    if (!this.book.find(id)) return false;
    this.book.remove(id);
    return true;
  }

  disable(id: string, why: string): void {
    const kept = this.book.find(id);
    if (kept) this.book.save({ ...kept, isEnabled: false, disabledWhy: why });
  }

  /** Has no channel reach this person any more. One that reached nobody else is switched off. */
  async erasePerson(person: ErasedPerson): Promise<void> {
    for (const { id } of this.book.list()) {
      // Again where somebody changed it meanwhile: theirs is not to be undone, and the person is not to stay.
      for (let isErased = false; !isErased; ) isErased = await this.eraseFrom(id, person);
    }
  }

  private async eraseFrom(id: string, person: ErasedPerson): Promise<boolean> {
    const before = this.book.find(id);
    if (before?.kind !== 'web-push' && before?.kind !== 'email') return true;
    const secrets = await this.open(before);
    const settings = settingsWithout(secrets.settings, person);
    if (!settings) return true;
    const sealed = await this.seal(id, { ...secrets, settings });
    const kept = this.book.find(id);
    if (kept?.sealed !== before.sealed) return false;
    const off = reachesNobody(settings) && { isEnabled: false, disabledWhy: 'Whoever it reached was erased.' };
    this.book.save({ ...kept, ...off, leadsTo: leadsTo(settings), sealed });
    return true;
  }

  /** What is needed to send to a channel; or why nothing is sent. */
  async secrets(id: string): Promise<{ ok: true; secrets: ChannelSecrets } | { ok: false; why: string }> {
    const kept = this.book.find(id);
    if (!kept) return { ok: false, why: 'The channel was deleted.' };
    if (!kept.isEnabled) return { ok: false, why: 'The channel is switched off.' };
    return { ok: true, secrets: await this.open(kept) };
  }

  private seal(id: string, secrets: ChannelSecrets): Promise<string> {
    return seal(this.ports.signingSecret, this.context(id), JSON.stringify(secrets));
  }

  /** Ours: `seal` wrote it, and what was changed since does not open. */
  private async open({ id, sealed }: KeptChannel): Promise<ChannelSecrets> {
    return JSON.parse(await unseal(this.ports.signingSecret, this.context(id), sealed)) as ChannelSecrets;
  }

  private context(id: string): string {
    return `channel/${this.ports.organizationId()}/${id}`;
  }
}

const shown = ({ sealed: _, ...channel }: KeptChannel): Channel => channel;

/** 32 random bytes, in the form that Standard Webhooks gives secrets. */
const newSecret = (): string => `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`;
