import { DurableObject } from 'cloudflare:workers';
import type { Channel, ChannelPatch, ChannelSettings, ChannelWithSecret, SlackSettings } from '../../../wire/channel.ts';
import type { Delivery, DeliveryPage, DeliveryQuery } from '../../../wire/delivery.ts';
import { limits } from '../../../wire/limits.ts';
import type { Notification } from '../../../wire/notification.ts';
import type { NewPushDevice, PushDevice } from '../../../wire/push.ts';
import { sendToChannel } from '../../adapters/channels.ts';
import type { Attempt, SenderPorts, Sent } from '../../adapters/sender.ts';
import { sendPush } from '../../adapters/web-push/push.ts';
import { hashSecret } from '../../credentials/random-secret.ts';
import type { MessageChange } from '../../domain/alerts/notification.ts';
import { nextStep } from '../../domain/alerts/retry.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import type { Env } from '../../env.ts';
import { organizationNamed } from '../organization-named.ts';
import { metaTable, RoomTables } from '../room-tables.ts';
import { channelTable } from './channel-book.ts';
import { hasteOf } from './haste.ts';
import { integrationSenders } from './integration-senders.ts';
import { MessageBook, messageTable } from './message-book.ts';
import { type Begun, deliveryTables, type NewDelivery, OutboxBook } from './outbox-book.ts';
import { type EditedChannel, OutboxChannels, type RotatedSecret } from './outbox-channels.ts';
import { OutboxDevices } from './outbox-devices.ts';
import { pushTables } from './push-book.ts';
import { senderPorts } from './sender-ports.ts';
import { Shift } from './shift.ts';
import { editInSlack, editTarget, newSlackEdit, type SlackEdit, slackEditKind } from './slack-edits.ts';
import { sendToSlack } from './slack-sender.ts';

/** Something for an integration's sender to bring out. */
export interface Outgoing {
  /** Names it for ever: the same key posted to the same target again is one delivery. */
  key: string;
  /** Deliveries of one target go out in order, e.g. those about one pull request. */
  target: string;
  /** Which sender of `integration-senders.ts` takes it. */
  kind: string;
  /** What the delivery log calls it. */
  title: string;
  /** Anything that JSON can hold. */
  payload: unknown;
}

/** What is to go out: a notification to channels, what messages of such are to say now, or whatever an integration sends. */
export type Posting =
  | { notification: Notification; channelIds: string[] }
  | { change: MessageChange }
  | { deliveries: Outgoing[] };

/** How many deliveries a posting made; `isFull` where the outbox takes no more. */
export interface Posted {
  added: number;
  isFull: boolean;
}

/**
 * Whatever leaves an organization: alerts to its channels, comments to its code hosts. A delivery is a row before anything is sent, and
 * each attempt is written down before it is made, so that a kill loses nothing; what it may have doubled is left to the receiver's
 * own idempotency, or said to be unknown.
 */
export class Outbox extends DurableObject<Env> {
  private readonly tables: RoomTables;
  private readonly book: OutboxBook;
  private readonly messages: MessageBook;
  private readonly channelDesk: OutboxChannels;
  private readonly deviceDesk: OutboxDevices;
  /** Cache. */
  private alarmAtMs: number | null = null;
  private readonly shift: Shift<Begun>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.tables = new RoomTables(ctx.storage, [
      { id: 1, sql: [metaTable, channelTable, ...deliveryTables] },
      { id: 2, sql: pushTables },
      { id: 3, sql: [messageTable] },
    ]);
    this.book = new OutboxBook(this.tables);
    this.messages = new MessageBook(this.tables);
    const ports = { signingSecret: env.SIGNING_SECRET, organizationId: () => this.organizationId, now: () => Date.now() };
    this.channelDesk = new OutboxChannels(this.tables, ports);
    this.deviceDesk = new OutboxDevices(this.tables, ports);
    this.shift = new Shift({
      now: () => Date.now(),
      begin: () => this.book.begin(Date.now()),
      dueAtMs: () => this.book.dueAtMs(),
      attempt: (begun) => this.attempt(begun),
    });
    if (!this.tables.exist) return;
    this.tables.make();
    this.book.interrupt(Date.now());
    void ctx.blockConcurrencyWhile(async () => {
      this.alarmAtMs = await ctx.storage.getAlarm();
      this.schedule();
    });
  }

  /** Takes deliveries in; they go out after the answer, and may be posted again. */
  async post(posting: Posting): Promise<Posted> {
    const wanted = await this.wanted(posting);
    if (wanted.length === 0) return { added: 0, isFull: false };
    if (!this.tables.exist) this.tables.make();
    const nowMs = Date.now();
    const room = limits.maxOpenDeliveries - this.book.openCount;
    // Known ones take no room: what was posted again in part goes on where it ended.
    const fresh = wanted.filter((each) => !this.book.has(each));
    const added = this.tables.transaction(() => fresh.slice(0, room).filter((each) => this.add(each, nowMs)).length);
    this.schedule();
    if (this.shift.isOn) this.shift.fill();
    return { added, isFull: fresh.length > room };
  }

  /** Where people reach our pages, as whoever sets something up sees it. */
  rememberOrigin(origin: string): void {
    if (!this.tables.exist) this.tables.make();
    if (this.tables.meta('origin') !== origin) this.tables.saveMeta('origin', origin);
  }

  channels(): Channel[] {
    return this.tables.exist ? this.channelDesk.list() : [];
  }

  addChannel(id: string, name: string, settings: ChannelSettings): Promise<ChannelWithSecret | null> {
    if (!this.tables.exist) this.tables.make();
    return this.channelDesk.add(id, name, settings);
  }

  async editChannel(id: string, patch: ChannelPatch): Promise<EditedChannel> {
    return this.tables.exist ? this.channelDesk.edit(id, patch) : { ok: false, why: 'missing' };
  }

  async rotateSecret(id: string): Promise<RotatedSecret> {
    return this.tables.exist ? this.channelDesk.rotate(id) : { ok: false, why: 'missing' };
  }

  removeChannel(id: string): boolean {
    return this.tables.exist && this.channelDesk.remove(id);
  }

  devices(userId: string): PushDevice[] {
    return this.tables.exist ? this.deviceDesk.of(userId) : [];
  }

  addDevice(userId: string, device: NewPushDevice): Promise<PushDevice | null> {
    if (!this.tables.exist) this.tables.make();
    return this.deviceDesk.add(userId, device);
  }

  removeDevice(userId: string, id: string): boolean {
    return this.tables.exist && this.deviceDesk.remove(userId, id);
  }

  /** Nothing is pushed to this person any more. */
  removeDevicesOf(userId: string): void {
    for (const { id } of this.devices(userId)) this.deviceDesk.forget(id);
  }

  /** Has nothing here name or reach this person any more. Doing it again changes nothing. */
  async erasePerson(person: ErasedPerson): Promise<void> {
    if (!this.tables.exist) return;
    this.removeDevicesOf(person.userId);
    this.book.erasePerson(person);
    await this.channelDesk.erasePerson(person);
  }

  /** Has no delivery say any more what these sessions were about: they are erased. Doing it again changes nothing. */
  forgetSessions(ids: string[]): void {
    if (this.tables.exist) this.book.forgetSessions(ids);
  }

  deliveries(query: DeliveryQuery): DeliveryPage {
    return this.tables.exist ? this.book.list(query) : { items: [], nextCursor: null };
  }

  delivery(id: string): Delivery | undefined {
    return this.tables.exist ? this.book.find(id) : undefined;
  }

  /** Sends something that is over once more. Undefined where there is no such delivery; one that is not over stays as it is. */
  replay(id: string): Delivery | undefined {
    if (!this.tables.exist) return undefined;
    if (this.book.replay(id, Date.now())) this.schedule();
    if (this.shift.isOn) this.shift.fill();
    return this.book.find(id);
  }

  /** Sends what is due, and sets the next alarm. Running it twice at once sends nothing twice: an attempt is begun by one of them. */
  override async alarm(): Promise<void> {
    this.alarmAtMs = null;
    if (!this.tables.exist) return;
    this.book.sweep(Date.now());
    await this.shift.work();
    this.schedule();
  }

  private get organizationId(): string {
    return organizationNamed(this.ctx.id);
  }

  private async wanted(posting: Posting): Promise<NewDelivery[]> {
    if ('deliveries' in posting) return posting.deliveries.map(toNewDelivery);
    return 'change' in posting ? this.toMessages(posting.change) : this.toChannels(posting);
  }

  private add(delivery: NewDelivery, nowMs: number): boolean {
    const isNew = this.book.add(delivery, nowMs);
    if (isNew && delivery.kind === 'slack') this.messages.expect(delivery.key, delivery.target);
    return isNew;
  }

  /** The messages of these keys that are in Slack, or are on their way there. */
  private toMessages(change: MessageChange): NewDelivery[] {
    if (!this.tables.exist) return [];
    return change.keys.flatMap((key) =>
      this.messages
        .targetsOf(key)
        .filter((target) => this.messages.place(key, target) !== null || this.book.sentTo(target, key)?.isOver === false)
        .map((target) => newSlackEdit(change, key, target)),
    );
  }

  private schedule(): void {
    const atMs = this.book.dueAtMs() ?? this.book.sweepAtMs();
    // One that rings too early finds nothing to do; setting it anew costs a row.
    if (atMs === null || (this.alarmAtMs !== null && this.alarmAtMs <= atMs)) return;
    this.alarmAtMs = atMs;
    void this.ctx.storage.setAlarm(atMs);
  }

  private async attempt(begun: Begun): Promise<void> {
    let hasLeft = false;
    const leaving = () => {
      hasLeft = true;
    };
    const sent = await this.send(begun, leaving).catch((error): Sent => {
      console.error(JSON.stringify({ delivery: begun.id, kind: begun.kind, failed: String(error) }));
      if (!hasLeft) return { outcome: 'retry', detail: 'Something broke on our side before anything was sent.' };
      return { outcome: 'unknown', detail: 'Something broke on our side; it may have arrived.' };
    });
    const nowMs = Date.now();
    const step = nextStep(sent, begun.tries, begun.firstAtMs, nowMs, hasteOf(this.env).waitsMs);
    this.book.finish(begun, sent, step, nowMs);
    // A message that could not be changed says nothing of its channel.
    if (begun.channelId === null || begun.kind === slackEditKind) return;
    if (begun.kind === 'slack') {
      if (sent.place !== undefined) this.messages.put(begun.key, begun.target, sent.place);
      if (step.over) this.book.hasten(editTarget(begun.target, begun.key), nowMs);
    }
    const deviceId = deviceIn(begun);
    if (deviceId !== undefined) {
      if (sent.isGone) this.deviceDesk.forget(deviceId);
    } else if (sent.isGone) this.channelDesk.disable(begun.channelId, sent.detail);
    else if (step.over && step.givenUp)
      this.channelDesk.disable(begun.channelId, `Nothing has arrived there for three days. The last time: ${sent.detail}`);
  }

  private async send(begun: Begun, leaving: () => void): Promise<Sent> {
    const attempt: Attempt = {
      n: begun.tries,
      idempotencyKey: `msg_${(await hashSecret(JSON.stringify([this.organizationId, begun.target, begun.key]))).slice(0, 27)}`,
      firstAtMs: begun.firstAtMs,
      mayHaveArrived: begun.mayHaveArrived,
      memory: begun.memory,
    };
    const payload: unknown = JSON.parse(begun.payload);
    const ports = senderPorts(this.env, this.tables.meta('origin'), leaving);
    if (begun.channelId === null) {
      const send = integrationSenders[begun.kind];
      if (!send) return { outcome: 'refused', detail: `There is no sender for ${begun.kind}.` };
      return send(this.env, this.organizationId, payload, ports, attempt);
    }
    const found = await this.channelDesk.secrets(begun.channelId);
    if (!found.ok) return { outcome: 'refused', detail: found.why };
    const { settings, signing } = found.secrets;
    if (begun.kind === slackEditKind) {
      if (settings.kind !== 'slack') return { outcome: 'refused', detail: 'This is no channel of a Slack app.' };
      return this.edit(begun.channelId, payload as SlackEdit, settings, ports, attempt); // Ours: `newSlackEdit` wrote it.
    }
    // Ours: `toChannels` wrote it.
    const notification = payload as Notification;
    if (settings.kind === 'slack') return sendToSlack(this.env, this.organizationId, ports, settings, notification, attempt);
    if (settings.kind !== 'web-push') return sendToChannel(ports, { settings, signing }, notification, attempt);
    const device = await this.deviceDesk.target(deviceIn(begun) ?? '');
    if (!device) return { outcome: 'refused', detail: 'Notifications were turned off on that device.' };
    return sendPush(ports, device, notification, attempt);
  }

  /** Changes a message that is in Slack; one that is still on its way there is waited for. */
  private async edit(
    channelId: string,
    edit: SlackEdit,
    settings: SlackSettings,
    ports: SenderPorts,
    attempt: Attempt,
  ): Promise<Sent> {
    const original = this.book.sentTo(channelId, edit.key);
    const place = this.messages.place(edit.key, channelId);
    if (original && place !== null) {
      const notification = JSON.parse(original.payload) as Notification; // Ours: `toChannels` wrote it.
      return editInSlack(this.env, this.organizationId, ports, settings, { notification, place, edit }, attempt);
    }
    if (original && !original.isOver) return { outcome: 'retry', detail: 'The message itself is still on its way.' };
    return { outcome: 'refused', detail: 'There is no message to change: it did not arrive, or Slack did not say where it is.' };
  }

  /** Whom a notification is for: those of the channels that there are; of a channel to browsers, each browser. */
  private async toChannels({
    notification,
    channelIds,
  }: {
    notification: Notification;
    channelIds: string[];
  }): Promise<NewDelivery[]> {
    if (!this.tables.exist) return [];
    const channels = channelIds.flatMap((id) => this.channelDesk.find(id) ?? []).filter(({ isEnabled }) => isEnabled);
    const payload = packed(notification);
    const targets = await Promise.all(channels.map((channel) => this.targetsOf(channel)));
    return channels.flatMap(({ id, kind }, at) =>
      (targets[at] ?? []).map((target) => ({
        key: notification.key,
        target,
        kind,
        channelId: id,
        title: notification.title,
        payload,
      })),
    );
  }

  private async targetsOf({ id, kind }: Channel): Promise<string[]> {
    if (kind !== 'web-push') return [id];
    const found = await this.channelDesk.secrets(id);
    if (!found.ok || found.secrets.settings.kind !== 'web-push') return [];
    return this.deviceDesk.idsFor(found.secrets.settings.userIds).map((deviceId) => `${id}/${deviceId}`);
  }
}

/** The browser that a delivery goes to; undefined where it goes to a channel as a whole. */
const deviceIn = ({ target }: Begun): string | undefined => /\/(dev_.*)$/.exec(target)?.[1];

const toNewDelivery = ({ key, target, kind, title, payload }: Outgoing): NewDelivery => ({
  key,
  target: `${kind}:${target}`,
  kind,
  channelId: null,
  title,
  payload: packed(payload),
});

/** Our own code builds what goes out, and clips it: more is a mistake of ours, to be loud about. */
function packed(payload: unknown): string {
  const text = JSON.stringify(payload);
  if (text.length > limits.maxDeliveryLength) throw new Error(`a delivery of ${text.length} characters`);
  return text;
}
