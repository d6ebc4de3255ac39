import { limits } from '../../../wire/limits.ts';

/** One alarm goes on for so long at most; the next goes on from there. */
const shiftMs = 60_000;

interface ShiftPorts<Begun> {
  now(): number;
  /** Begins whatever is due the longest; undefined where nothing is. */
  begin(): Begun | undefined;
  /** When the next is due; null where nothing waits. */
  dueAtMs(): number | null;
  attempt(begun: Begun): Promise<void>;
}

/**
 * What one alarm sends, some deliveries side by side. It ends by the clock and by their number, however many come in meanwhile: an invocation
 * may make a thousand requests.
 */
export class Shift<Begun> {
  private readonly ports: ShiftPorts<Begun>;
  private readonly lanes = new Set<Promise<void>>();
  private endsAtMs = 0;
  private attemptsLeft = 0;

  constructor(ports: ShiftPorts<Begun>) {
    this.ports = ports;
  }

  get isOn(): boolean {
    return this.lanes.size > 0;
  }

  async work(): Promise<void> {
    this.endsAtMs = this.ports.now() + shiftMs;
    this.attemptsLeft = limits.maxShiftAttempts;
    this.fill();
    while (this.isOn) {
      await this.somethingHappens();
      this.fill();
    }
  }

  /** Begins what is due, as far as there is room. */
  fill(): void {
    while (this.lanes.size < limits.deliveryLanes) {
      const begun = this.next();
      if (!begun) return;
      const lane: Promise<void> = this.follow(begun).finally(() => this.lanes.delete(lane));
      this.lanes.add(lane);
    }
  }

  private async follow(first: Begun): Promise<void> {
    for (let begun: Begun | undefined = first; begun; begun = this.next()) await this.ports.attempt(begun);
  }

  private next(): Begun | undefined {
    if (this.isOver) return undefined;
    const begun = this.ports.begin();
    if (begun) this.attemptsLeft -= 1;
    return begun;
  }

  /** A lane has nothing more to do, or something is due that a free one can take while others wait for their receivers. */
  private async somethingHappens(): Promise<void> {
    const dueAtMs = this.lanes.size < limits.deliveryLanes && !this.isOver ? this.ports.dueAtMs() : null;
    if (dueAtMs === null || dueAtMs > this.endsAtMs) return Promise.race(this.lanes);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const due = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, dueAtMs - this.ports.now()));
    });
    await Promise.race([...this.lanes, due]);
    clearTimeout(timer);
  }

  private get isOver(): boolean {
    return this.attemptsLeft <= 0 || this.ports.now() >= this.endsAtMs;
  }
}
