import { DurableObject } from 'cloudflare:workers';
import { limits } from '../../wire/limits.ts';
import type { SessionSummary } from '../../wire/session.ts';
import type { Env } from '../env.ts';
import { openDb, ping } from '../store/db.ts';
import { sessionRoom } from './index.ts';
import { Spectators, send } from './spectators.ts';
import { spectatorOf } from './upgrade.ts';

/** Rooms to wake when a dashboard opens; the others are heard at their next flush. */
const maxQuietRooms = 200;

const retryMs = 30_000;

/**
 * Tells every open dashboard of an organization about new and changed sessions. It stores nothing: D1 has the list, this only says
 * that it changed.
 */
export class OrganizationFeed extends DurableObject<Env> {
  private readonly spectators: Spectators;
  /** Cache: rooms that were told that nobody listens. Losing it costs a minute of staleness. */
  private readonly quietRooms = new Set<string>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.spectators = new Spectators(ctx);
  }

  /** A room's new totals; `quiet` says that no dashboard is open. */
  tell(session: SessionSummary): { quiet: boolean } {
    const quiet = this.spectators.count === 0;
    if (quiet && this.quietRooms.size < maxQuietRooms) this.quietRooms.add(session.id);
    if (!quiet) this.spectators.broadcast(JSON.stringify({ type: 'session', session }));
    return { quiet };
  }

  /** A session was deleted. */
  remove(sessionId: string): void {
    this.quietRooms.delete(sessionId);
    this.spectators.broadcast(JSON.stringify({ type: 'deleted', sessionId }));
  }

  /** Alerts changed; so many want somebody to look. */
  alerts(pressing: number): void {
    this.spectators.broadcast(JSON.stringify({ type: 'alerts', pressing }));
  }

  /** The upgrade of a dashboard whose person the Worker has authorised. */
  override async fetch(request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    const response = new Response(null, { status: 101, webSocket: client });
    if (this.spectators.count >= limits.maxFeedSockets) {
      this.spectators.refuse(server);
      return response;
    }
    const { attachment } = spectatorOf(request);
    this.spectators.accept(server, attachment);
    send(server, JSON.stringify({ type: 'hello' }));
    this.wake(attachment.organizationId);
    await this.expireNext();
    return response;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.spectators.receive(socket, message, this.env.SIGNING_SECRET);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.spectators.leave(socket, code);
  }

  override webSocketError(socket: WebSocket): void {
    this.spectators.leave(socket, 1011);
  }

  override async alarm(): Promise<void> {
    // While D1 is down nobody can renew a pass, so nobody loses a socket over it.
    const canRenew = await ping(openDb(this.env.DB)).then(
      () => true,
      () => false,
    );
    if (!canRenew) return this.ctx.storage.setAlarm(Date.now() + retryMs);
    this.spectators.closeExpired(Date.now());
    await this.expireNext();
  }

  private wake(organizationId: string): void {
    const rooms = [...this.quietRooms];
    this.quietRooms.clear();
    this.ctx.waitUntil(Promise.allSettled(rooms.map((id) => sessionRoom(this.env, organizationId, id).listen())));
  }

  /** The alarm stands at the end of the first pass; a set one that is early enough is left alone, because setting costs a row. */
  private async expireNext(): Promise<void> {
    const { untilMs } = this.spectators;
    const setMs = await this.ctx.storage.getAlarm();
    if (untilMs !== null && (setMs === null || setMs > untilMs)) await this.ctx.storage.setAlarm(untilMs);
  }
}
