import type { SessionSummary } from '../../../wire/session.ts';
import { alarmingIn } from '../../domain/alerts/alarming.ts';
import { sessionFact } from '../../domain/alerts/facts.ts';
import type { Env } from '../../env.ts';
import { alertDesk, organizationFeed } from '../index.ts';
import type { Spectators } from '../spectators.ts';

/** Carries a session's totals to its spectators, to the organization's feed, and to the desk of its alert rules. */
export class Herald {
  private readonly ctx: DurableObjectState;
  private readonly env: Env;
  private readonly spectators: Spectators;
  /** Cache: the feed said that no dashboard is open. */
  private feedIsQuiet = false;
  /** Cache: what alert rules were told last. Losing it leaves the end of an alert to the next minute. */
  private alarming = '';

  constructor(ctx: DurableObjectState, env: Env, spectators: Spectators) {
    this.ctx = ctx;
    this.env = env;
    this.spectators = spectators;
  }

  get hasAudience(): boolean {
    return !this.feedIsQuiet || this.spectators.count > 0;
  }

  /** A dashboard opened: totals are worth telling again. */
  listen(): void {
    this.feedIsQuiet = false;
  }

  /** Summaries are hints: the next one replaces a lost one, and the flush carries the last. */
  tell(organizationId: string, summary: SessionSummary): void {
    if (this.spectators.count > 0) this.spectators.broadcast(JSON.stringify({ type: 'summary', session: summary }));
    this.alert(organizationId, summary);
    const feed = organizationFeed(this.env, organizationId);
    this.ctx.waitUntil(
      feed.tell(summary).then(
        ({ quiet }) => {
          this.feedIsQuiet = quiet;
        },
        () => {},
      ),
    );
  }

  /** The session is gone whether or not dashboards hear of it: an error here would make whoever deleted it try again, in vain. */
  async tellDeleted(organizationId: string, sessionId: string): Promise<void> {
    await organizationFeed(this.env, organizationId)
      .remove(sessionId)
      .catch((error: unknown) => console.warn(JSON.stringify({ room: sessionId, untold: 'deleted', error: String(error) })));
  }

  /** Alert rules hear at once of what they look at. A word that is lost is made up for by the cron's next look at the index. */
  private alert(organizationId: string, summary: SessionSummary): void {
    const alarming = alarmingIn(summary);
    if (alarming === this.alarming) return;
    this.alarming = alarming;
    const desk = alertDesk(this.env, organizationId);
    this.ctx.waitUntil(desk.hear(sessionFact(summary, true)).catch(() => {}));
  }
}
