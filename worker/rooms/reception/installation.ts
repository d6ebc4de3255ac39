import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../../env.ts';

/** Whose an installation is, and which of its integrations it is. */
export interface InstallationOwner {
  organizationId: string;
  integrationId: string;
}

const key = 'owner';

/**
 * Which organization a place elsewhere belongs to: an App is one for the whole deployment, and what it sends names only where it was installed.
 * Asked for each of its events, with no D1 on that way; an unknown one writes nothing.
 */
export class Installation extends DurableObject<Env> {
  owner(): InstallationOwner | null {
    return this.ctx.storage.kv.get<InstallationOwner>(key) ?? null;
  }

  /** Takes the place for an integration, and answers whose it is then: whoever had it before keeps it. */
  claim(owner: InstallationOwner): InstallationOwner {
    const known = this.owner();
    if (known) return known;
    this.ctx.storage.kv.put(key, owner);
    return owner;
  }

  /** Gives the place up, if it is that integration's. */
  release(integrationId: string): void {
    if (this.owner()?.integrationId === integrationId) this.ctx.storage.kv.delete(key);
  }
}
