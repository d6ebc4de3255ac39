interface Call {
  from: string;
  to: string;
  /** Has the callee do it, and puts the answer on its way. */
  perform(): void;
  reject(): void;
}

interface Parcel {
  call: Call;
  isAnswer: boolean;
  /** The caller gave it up: nobody hears the answer. */
  isLate: boolean;
  deliver(): void;
}

/**
 * Calls between objects: a question and its answer, each arriving whenever it likes. A call that takes too long rejects at its
 * caller, and may be carried out all the same, later. Everything is copied on the way.
 */
export class LedgerNetwork {
  /** Nothing is lost any more. */
  isFair = false;
  lost = 0;
  private parcels: Parcel[] = [];
  private calls = new Set<Call>();
  private readonly pick: (below: number) => number;

  constructor(pick: (below: number) => number) {
    this.pick = pick;
  }

  get size(): number {
    return this.parcels.length;
  }

  call<Answer>(from: string, to: string, act: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        if (this.calls.delete(call)) finish();
      };
      const answer = (finish: () => void) => {
        if (this.calls.has(call)) this.parcels.push({ call, isAnswer: true, isLate: false, deliver: () => end(finish) });
      };
      const call: Call = {
        from,
        to,
        perform: () =>
          void act().then(
            (value) => answer(() => resolve(structuredClone(value))),
            (error) => answer(() => reject(error)),
          ),
        reject: () => end(() => reject(new Error('no answer in time'))),
      };
      this.calls.add(call);
      this.parcels.push({ call, isAnswer: false, isLate: false, deliver: () => call.perform() });
    });
  }

  /** An evicted object hears no answer; what others asked of it fails, and its own questions may still arrive. */
  forget(name: string): void {
    this.parcels = this.parcels.filter(({ call, isAnswer }) => call.to !== name && !(isAnswer && call.from === name));
    for (const call of [...this.calls]) {
      if (call.from === name) this.calls.delete(call);
      else if (call.to === name) call.reject();
    }
  }

  /** One parcel arrives, or its caller waits no longer; answers who can count on nothing then. */
  step(mayLose: boolean): string[] {
    const index = this.pick(this.parcels.length);
    const parcel = this.parcels[index];
    if (!parcel) return [];
    if (mayLose && !this.isFair && !parcel.isLate) {
      this.lost += 1;
      if (parcel.isAnswer || this.pick(2) === 0) this.parcels.splice(index, 1);
      else parcel.isLate = true;
      parcel.call.reject();
      return [parcel.call.from, parcel.call.to];
    }
    this.parcels.splice(index, 1);
    parcel.deliver();
    return [];
  }

  async drain(): Promise<void> {
    do {
      this.step(false);
      await settled();
    } while (this.parcels.length > 0);
  }
}

/** Until nothing moves by itself any more. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
