import * as z from 'zod/mini';
import { ClientFrame, closeCodes, type Viewer } from '../../wire/frame.ts';
import { limits } from '../../wire/limits.ts';
import { verifyLivePass } from '../credentials/live-pass.ts';

/** What a socket of ours carries through hibernation (at most 16 KB): who watches, and until when they may. */
const Attachment = z.object({ userId: z.string(), name: z.string(), organizationId: z.string(), untilMs: z.number() });
export type Attachment = z.infer<typeof Attachment>;

/** What tells these sockets from others of the same object. */
const tag = 'watches';

/** The open sockets of one object. They are the platform's, so that the object may hibernate under them. */
export class Spectators {
  private readonly ctx: DurableObjectState;
  /** Cache of the earliest `untilMs`; undefined until asked after waking. */
  private firstUntilMs: number | null | undefined;

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx;
    // Answered by the platform without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  get count(): number {
    return this.ctx.getWebSockets(tag).length;
  }

  get untilMs(): number | null {
    this.firstUntilMs ??= this.attachments().reduce<number | null>(earlier, null);
    return this.firstUntilMs;
  }

  /** By what it carries: a socket that both ends have closed has no tags any more. */
  isOne(socket: WebSocket): boolean {
    return this.attachmentOf(socket) !== undefined;
  }

  /** Takes the server's end of a pair. */
  accept(socket: WebSocket, attachment: Attachment): void {
    this.ctx.acceptWebSocket(socket, [tag]);
    this.attach(socket, attachment);
  }

  /** Refuses a newcomer to a full house; the upgrade itself succeeds, so that a browser gets to see the reason. */
  refuse(socket: WebSocket): void {
    socket.accept();
    socket.close(closeCodes.full, 'Too many are watching already.');
  }

  /** What a client says: only that its pass was renewed. Anything else comes from a newer client and is nothing to us. */
  async receive(socket: WebSocket, message: string | ArrayBuffer, secret: string): Promise<void> {
    if (typeof message !== 'string' || message.length > limits.maxSocketMessageBytes) {
      close(socket, 1009, 'Only short text frames are read here.');
      return;
    }
    const frame = ClientFrame.safeParse(parsed(message));
    const before = this.attachmentOf(socket);
    if (!frame.success || !before) return;
    const holder = await verifyLivePass(secret, frame.data.pass);
    if (holder?.userId !== before.userId || holder.organizationId !== before.organizationId) return;
    this.attach(socket, { ...before, untilMs: holder.untilMs });
  }

  broadcast(frame: string): void {
    for (const socket of this.ctx.getWebSockets(tag)) send(socket, frame);
  }

  /** Tells who watches: everyone, or in a crowd only the newcomer. */
  announce(newcomer?: WebSocket): void {
    const frame = JSON.stringify({ type: 'presence', viewers: this.viewers() });
    if (this.count <= limits.maxAnnouncingSpectators) this.broadcast(frame);
    else if (newcomer) send(newcomer, frame);
  }

  /** Closes the sockets whose right to watch ended. */
  closeExpired(nowMs: number): void {
    for (const socket of this.ctx.getWebSockets(tag)) {
      const attachment = this.attachmentOf(socket);
      if (!attachment || attachment.untilMs <= nowMs) close(socket, closeCodes.unauthorized, 'Your right to watch has ended.');
    }
    this.firstUntilMs = undefined;
  }

  closeAll(code: number, reason: string): void {
    for (const socket of this.ctx.getWebSockets(tag)) close(socket, code, reason);
    this.firstUntilMs = null;
  }

  /** A socket is gone; answers the close frame, which a peer that only vanished ignores. */
  leave(socket: WebSocket, code: number): void {
    // 1005 and 1006 are what a missing close frame is reported as; they must not be sent (RFC 6455, 7.4.1).
    close(socket, code === 1005 || code === 1006 ? 1000 : code, '');
    this.firstUntilMs = undefined;
  }

  private viewers(): Viewer[] {
    const byUser = new Map<string, Viewer>();
    for (const { userId, name } of this.attachments()) {
      byUser.set(userId, { userId, name, sockets: (byUser.get(userId)?.sockets ?? 0) + 1 });
    }
    return [...byUser.values()].slice(0, limits.maxAnnouncedViewers);
  }

  private attach(socket: WebSocket, attachment: Attachment): void {
    socket.serializeAttachment(attachment);
    this.firstUntilMs = undefined;
  }

  private attachmentOf(socket: WebSocket): Attachment | undefined {
    const attachment = Attachment.safeParse(socket.deserializeAttachment());
    return attachment.success ? attachment.data : undefined;
  }

  private attachments(): Attachment[] {
    return this.ctx
      .getWebSockets(tag)
      .filter((socket) => socket.readyState === WebSocket.READY_STATE_OPEN)
      .map((socket) => this.attachmentOf(socket))
      .filter((attachment) => attachment !== undefined);
  }
}

const earlier = (first: number | null, { untilMs }: Attachment): number => (first === null ? untilMs : Math.min(first, untilMs));

/** A dead peer's socket throws; its close event tells us soon enough. */
export function send(socket: WebSocket, frame: string): void {
  try {
    socket.send(frame);
  } catch {}
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {}
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
