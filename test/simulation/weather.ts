/** How a remote service (D1, R2) behaves at the moment. */
export type Weather =
  | 'fair'
  /** Fails before anything happened. */
  | 'down'
  /** Does what it was told and fails to say so. */
  | 'mute'
  /** Takes the request and does it only when the schedule says so. */
  | 'slow';

export const weathers = ['fair', 'down', 'mute', 'slow'] as const satisfies Weather[];

interface Waiting {
  /** The instance of the room that asked; an answer never reaches an evicted one. */
  asker: number;
  work(): void;
  answer(): void;
  fail(error: Error): void;
}

/** Lets requests through as the weather has it, and holds the slow ones. */
export class Sky {
  weather: Weather = 'fair';
  /** Which instance of the room is alive. */
  asker = 0;
  private waiting: Waiting[] = [];

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Requests whose asker still waits for the answer. */
  get askedCount(): number {
    return this.waiting.filter(({ asker }) => asker === this.asker).length;
  }

  async through<T>(work: () => T): Promise<T> {
    if (this.weather === 'down') throw new Error('unreachable');
    if (this.weather === 'slow') return this.hold(work);
    const result = work();
    if (this.weather === 'mute') throw new Error('the connection was lost');
    return result;
  }

  /** Ends the wait of one request: it is done, or it fails before (`isDone` false); its asker hears of it if it still lives. */
  settle(pick: number, isDone: boolean, isAnswered: boolean): void {
    const [found] = this.waiting.splice(pick % Math.max(1, this.waiting.length), 1);
    if (!found) return;
    if (isDone) found.work();
    if (found.asker !== this.asker) return;
    if (isDone && isAnswered) found.answer();
    else found.fail(new Error('the connection was lost'));
  }

  /** The same for a request that somebody still waits for. */
  settleAsked(isDone: boolean): void {
    this.settle(
      this.waiting.findIndex(({ asker }) => asker === this.asker),
      isDone,
      true,
    );
  }

  private hold<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.waiting.push({
        asker: this.asker,
        work: () => {
          result = work();
        },
        answer: () => resolve(result),
        fail: reject,
      });
    });
  }
}
