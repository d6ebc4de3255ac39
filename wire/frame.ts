import * as z from 'zod/mini';
import { SessionEvent } from './event.ts';
import { SessionSummary } from './session.ts';
import { Verdict } from './verdict.ts';

/** Somebody who watches; one person with two tabs is one viewer with two sockets. */
export const Viewer = z.object({ userId: z.string(), name: z.string(), sockets: z.int() });
export type Viewer = z.infer<typeof Viewer>;

/** What a session's live socket carries to a spectator. The text `ping` is answered `pong` outside these frames. */
export const Frame = z.discriminatedUnion('type', [
  /** First frame. `cursor` is the last seq in the room at that moment. */
  z.object({ type: z.literal('hello'), session: SessionSummary, cursor: z.int() }),
  /** Consecutive events, in seq order. */
  z.object({ type: z.literal('events'), events: z.array(SessionEvent) }),
  /** Events `from` to `to` (inclusive) are not sent here: read them from `/events`. */
  z.object({ type: z.literal('gap'), from: z.int(), to: z.int() }),
  z.object({ type: z.literal('summary'), session: SessionSummary }),
  z.object({ type: z.literal('presence'), viewers: z.array(Viewer) }),
  z.object({ type: z.literal('verdict'), seq: z.int(), toolUseId: z.optional(z.string()), verdict: Verdict }),
  /** The session was deleted; the socket closes after it. */
  z.object({ type: z.literal('deleted') }),
]);
export type Frame = z.infer<typeof Frame>;

/** What the organization's feed tells a dashboard. */
export const FeedFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('session'), session: SessionSummary }),
  z.object({ type: z.literal('deleted'), sessionId: z.string() }),
  /** Alerts fired, were resolved or seen; so many are open that nobody has said they know of. */
  z.object({ type: z.literal('alerts'), pressing: z.int() }),
]);
export type FeedFrame = z.infer<typeof FeedFrame>;

/** What a client may say on either socket, besides `ping`. */
export const ClientFrame = z.discriminatedUnion('type', [
  /** Prolongs the right to watch; `pass` comes from `POST /api/live-pass`. */
  z.object({ type: z.literal('renew'), pass: z.string() }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** Close codes of our sockets beyond RFC 6455's. */
export const closeCodes = {
  /** The right to watch ended: log in again, or renew the pass. */
  unauthorized: 4401,
  /** The session was deleted. */
  deleted: 4410,
  /** Too many viewers. */
  full: 4429,
} as const;
