import type { SessionEvent } from '../../wire/event.ts';
import { Spectator } from '../simulation/spectator.ts';

type FetchEvents = (after: number, to: number) => Promise<SessionEvent[]>;

/** The simulation's spectator on a real socket: frames are taken in as they come, over as many connections as it has. */
export class SeatedSpectator {
  private readonly model = new Spectator();
  private socket: WebSocket | undefined;
  private wake: (() => void) | undefined;
  private problem: unknown;
  /** Frames are taken in one after the other, though a gap takes a while to be filled. */
  private reading = Promise.resolve();

  get isOpen(): boolean {
    return this.socket !== undefined;
  }

  get lastSeq(): number {
    return this.model.lastSeq;
  }

  listen(socket: WebSocket, fetchEvents: FetchEvents): void {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (this.socket !== socket) return;
      this.reading = this.reading
        .then(() => {
          this.model.inbox.push(String(data));
          return this.model.receive(1, fetchEvents);
        })
        .catch((error: unknown) => {
          this.problem ??= error;
        })
        .finally(() => this.wake?.());
    });
    socket.addEventListener('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
    socket.accept();
  }

  /** Hangs up; what is still under way is lost. */
  async close(): Promise<void> {
    this.socket?.close(1000);
    this.socket = undefined;
    await this.reading;
  }

  /** Everything it saw, once that is `lastSeq` events; a test's own time limit is the only clock. */
  async upTo(lastSeq: number): Promise<SessionEvent[]> {
    while (this.lastSeq < lastSeq && this.problem === undefined) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.problem !== undefined) throw this.problem;
    return this.model.events;
  }
}
