import { DurableObject } from 'cloudflare:workers';
import type { FoundTouch } from '../../domain/collision.ts';
import type { Env } from '../../env.ts';
import { sessionRoom } from '../index.ts';
import { organizationNamed } from '../organization-named.ts';
import { within } from '../within.ts';
import type { TouchReport } from './lookout.ts';
import { RadarCore } from './radar-core.ts';

const tellMs = 2000;
/** Of the 300 ms that a hook waits for the radar. */
const askMs = 200;

/**
 * An organization's radar of files. One for all its repositories: a session tells each file once in five minutes, so that thousands of
 * sessions are a fraction of what one object takes, and a repository's name, which anybody may make up, opens no object.
 */
export class FileRadar extends DurableObject<Env> {
  private core!: RadarCore; // Made in the constructor, before the first event is delivered.

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      this.core = new RadarCore(
        {
          storage: ctx.storage,
          now: () => Date.now(),
          setAlarm: (atMs) => void ctx.storage.setAlarm(atMs),
          meet: (sessionId, other) =>
            within(tellMs, async (): Promise<{ title: string } | null> => this.room(sessionId).collide(other)),
          part: (sessionId, otherId) => within(tellMs, async () => this.room(sessionId).part(otherId)),
          live: (sessionId) =>
            within(askMs, async () => {
              const summary = await this.room(sessionId).summary();
              return summary?.endedAt === null ? { title: summary.title } : null;
            }),
        },
        await ctx.storage.getAlarm(),
      );
    });
  }

  /** A session touched files. Whoever meets there is told after the answer. */
  touch(report: TouchReport): void {
    this.ctx.waitUntil(this.core.touch(report));
  }

  /** Other live sessions in these files. */
  others(sessionId: string, files: string[]): Promise<FoundTouch[]> {
    return this.core.others(sessionId, files);
  }

  override async alarm(): Promise<void> {
    await this.core.alarm();
  }

  private room(sessionId: string): ReturnType<typeof sessionRoom> {
    const organizationId = organizationNamed(this.ctx.id);
    return sessionRoom(this.env, organizationId, sessionId);
  }
}
