import { limits } from '../../../wire/limits.ts';
import type { NewPushDevice, PushDevice } from '../../../wire/push.ts';
import type { PushTarget } from '../../adapters/web-push/push.ts';
import { hashSecret } from '../../credentials/random-secret.ts';
import { seal, unseal } from '../../credentials/sealed.ts';
import type { RoomTables } from '../room-tables.ts';
import type { OutboxPorts } from './outbox-channels.ts';
import { type KeptDevice, PushBook } from './push-book.ts';

/** The browsers that an organization pushes to; where they are reached is open only while something is sent. */
export class OutboxDevices {
  private readonly book: PushBook;
  private readonly ports: OutboxPorts;

  constructor(tables: RoomTables, ports: OutboxPorts) {
    this.book = new PushBook(tables);
    this.ports = ports;
  }

  of(userId: string): PushDevice[] {
    return this.book.list(userId).map(shown);
  }

  /** Ids of all devices that a channel pushes to; null means everybody's. */
  idsFor(userIds: string[] | null): string[] {
    return this.book
      .list()
      .filter(({ userId }) => userIds === null || userIds.includes(userId))
      .map(({ id }) => id);
  }

  /** A browser that subscribes again is the same device. Null where a person has too many. */
  async add(userId: string, { name, endpoint, keys }: NewPushDevice): Promise<PushDevice | null> {
    const id = `dev_${(await hashSecret(JSON.stringify([userId, endpoint]))).slice(0, 26)}`;
    const sealed = await seal(this.ports.signingSecret, this.context(id), JSON.stringify({ endpoint, keys }));
    const others = this.book.list(userId).filter((device) => device.id !== id);
    if (others.length >= limits.maxPushDevicesPerUser) return null;
    const device = { id, userId, name, sealed, createdAtMs: this.ports.now() };
    this.book.save(device);
    return shown(this.book.find(id) ?? device);
  }

  /** False where this person has no such device. */
  remove(userId: string, id: string): boolean {
    if (this.book.find(id)?.userId !== userId) return false;
    this.book.remove(id);
    return true;
  }

  forget(id: string): void {
    this.book.remove(id);
  }

  async target(id: string): Promise<PushTarget | undefined> {
    const device = this.book.find(id);
    if (!device) return undefined;
    // Ours: `add` wrote it, and what was changed since does not open.
    return JSON.parse(await unseal(this.ports.signingSecret, this.context(id), device.sealed)) as PushTarget;
  }

  private context(id: string): string {
    return `push/${this.ports.organizationId()}/${id}`;
  }
}

const shown = ({ id, name, createdAtMs }: KeptDevice): PushDevice => ({
  id,
  name,
  createdAt: new Date(createdAtMs).toISOString(),
});
