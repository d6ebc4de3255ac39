import { runDurableObjectAlarm } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { SessionEvent } from '../../wire/event.ts';
import type { Frame } from '../../wire/frame.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { signIngestToken } from '../../worker/credentials/ingest-token.ts';
import { ownerOf } from '../../worker/routes/ingest/owner.ts';
import { newcomer } from '../routes/identity/newcomer.ts';

export const origin = 'https://flightdeck.test';

/** A signed-up person with an ingest token: what every test of a room starts from. */
export async function makeRig(name: string) {
  const { browser, account } = await newcomer(name);
  const actor = {
    tokenId: `tok_${name.replaceAll(/\W/g, '')}`,
    organizationId: account.organization.id,
    projectId: account.project.id,
    userId: account.user.id,
  };
  const token = await signIngestToken(env.SIGNING_SECRET, actor);
  const send = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
    exports.default.fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
    });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, typeof body === 'string' ? body : JSON.stringify(body), headers);
  return {
    browser,
    account,
    token,
    /** Posts bytes as they are. */
    send,
    post,
    /** Any request, as it is. */
    fetch: (url: string, init: RequestInit) => exports.default.fetch(url, init),
    /** Posts one hook of Claude Code and answers its JSON. */
    hook: async (body: object) => {
      const response = await post('/hooks/claude-code', body);
      if (response.status !== 200) throw new Error(`hook: ${response.status} ${await response.text()}`);
      return response.json();
    },
    /** Posts a batch of any agent. */
    batch: (sessionId: string, events: object[], stream?: string) =>
      post('/hooks/events', { agent: 'tester', sessionId, stream, events }),
    events: async (id: string, after = 0, limit = 1000) => {
      const page = await browser.json<{ items: SessionEvent[]; nextAfter: number | null }>(
        `/api/sessions/${id}/events?after=${after}&limit=${limit}`,
      );
      return page;
    },
    /** What the API says of the session that an agent calls `externalId`; null where there is none. */
    sessionOf: async (agent: string, externalId: string) => {
      const { sessionId } = ownerOf(actor, agent, externalId);
      const response = await browser.call(`/api/sessions/${sessionId}`);
      return response.status === 404 ? null : await response.json<SessionSummary>();
    },
    room: (id: string) => env.SESSION_ROOM.getByName(`${account.organization.id}/${id}`),
    /** Lets the room's alarm run as if it were `hours` later. */
    later: async (id: string, hours: number) => {
      const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + hours * 3600_000);
      try {
        await runDurableObjectAlarm(env.SESSION_ROOM.getByName(`${account.organization.id}/${id}`));
      } finally {
        now.mockRestore();
      }
    },
    /** Opens the live socket; frames are collected as they come. */
    watch: async (id: string, after = 0) => {
      const response = await browser.call(`/api/sessions/${id}/live?after=${after}`, {
        headers: { upgrade: 'websocket', origin },
      });
      if (!response.webSocket) throw new Error(`no socket: ${response.status}`);
      return new Watcher(response.webSocket);
    },
  };
}

/** A spectator's end of a socket. */
export class Watcher {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  private waiting: (() => void) | undefined;
  closed: { code: number; reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string' && data !== 'pong') this.frames.push(JSON.parse(data));
      this.waiting?.();
    });
    socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason };
      this.waiting?.();
    });
    socket.accept();
  }

  get seqs(): number[] {
    return this.frames.flatMap((frame) => (frame.type === 'events' ? frame.events.map(({ seq }) => seq) : []));
  }

  /** Resolves once `isMet` holds; a test's own time limit is the only clock. */
  async until(isMet: (watcher: this) => boolean): Promise<void> {
    while (!isMet(this)) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
  }
}
