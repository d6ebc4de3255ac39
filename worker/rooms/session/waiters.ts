import { limits } from '../../../wire/limits.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import { send } from '../spectators.ts';

const tag = 'waits';
const header = 'x-flightdeck-approval';

/**
 * The sockets of Workers that hold an agent's hook until a person has decided. They are the platform's, so that the room hibernates
 * meanwhile; each is told once and closed.
 */
export class Waiters {
  private readonly ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx;
  }

  /** Takes the server's end of a pair; `approvalId` is the tag that finds it. */
  accept(socket: WebSocket, approvalId: string): void {
    this.ctx.acceptWebSocket(socket, [tag, approvalId]);
  }

  get isFull(): boolean {
    return this.ctx.getWebSockets(tag).length >= limits.maxWaitingHooks;
  }

  /** What is waited for at the moment. */
  get approvalIds(): string[] {
    return [...new Set(this.ctx.getWebSockets(tag).flatMap((socket) => this.ctx.getTags(socket).slice(1)))];
  }

  answer(approvalId: string, verdict: Verdict): void {
    const waiting = this.ctx.getWebSockets(tag).filter((socket) => this.ctx.getTags(socket)[1] === approvalId);
    for (const socket of waiting) {
      send(socket, JSON.stringify(verdict));
      socket.close(1000, 'decided');
    }
  }

  /** Whoever waits finds out for themselves that the session is gone. */
  release(): void {
    for (const socket of this.ctx.getWebSockets(tag)) socket.close(1000, 'deleted');
  }
}

/** What a room answers that holds `maxWaitingHooks` already. */
export const crowdedStatus = 429;

/** The request that has a room hold a socket until `approvalId` is decided. */
export const waitRequest = (approvalId: string): Request =>
  new Request('https://room/wait', { headers: { upgrade: 'websocket', [header]: approvalId } });

/** The approval that `waitRequest` put into a request; null in a spectator's. */
export const awaitedIn = (request: Request): string | null => request.headers.get(header);
