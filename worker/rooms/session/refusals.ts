/** How often what was refused is saved: a row, whatever came. A room without work stays in memory at least twice as long. */
const saveMs = 5000;

/**
 * What limits kept out since it was last saved. A flood of refused events must not cost a row each, so one is saved at once and what
 * follows together; a crash forgets the last seconds.
 */
export class Refusals {
  private count = 0;
  private savedAtMs: number | undefined;

  add(count: number, nowMs: number): void {
    this.count += count;
    // A clock that went back puts nothing off.
    this.savedAtMs = Math.min(this.savedAtMs ?? nowMs - saveMs, nowMs);
  }

  /** When they have to be saved; null where nothing was refused. */
  get dueAtMs(): number | null {
    return this.count === 0 || this.savedAtMs === undefined ? null : this.savedAtMs + saveMs;
  }

  /** How many are to be saved now. */
  take(nowMs: number): number {
    const { count } = this;
    this.count = 0;
    this.savedAtMs = nowMs;
    return count;
  }
}
