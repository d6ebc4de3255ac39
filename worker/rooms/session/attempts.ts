import { backOffMs, type DeadlineName } from '../../domain/deadlines.ts';

/** How a room's duties towards the outside world went; a failure only moves one into the future. */
export class Attempts {
  /** When a duty that failed may be tried again. */
  readonly notBefore: Partial<Record<DeadlineName, number>> = {};
  /** When it last failed. */
  readonly failedAt: Partial<Record<DeadlineName, number>> = {};
  private readonly failures: Partial<Record<DeadlineName, number>> = {};
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Never rejects; `room` is for the log. */
  async run(name: DeadlineName, room: string | undefined, duty: () => Promise<void>): Promise<void> {
    try {
      await duty();
      delete this.failures[name];
      delete this.notBefore[name];
      delete this.failedAt[name];
    } catch (error) {
      const failures = (this.failures[name] ?? 0) + 1;
      this.failures[name] = failures;
      this.failedAt[name] = this.now();
      this.notBefore[name] = this.now() + backOffMs(failures);
      console.warn(JSON.stringify({ room, duty: name, failures, error: String(error) }));
    }
  }
}
