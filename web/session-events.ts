import type { SessionEvent } from '../wire/event.ts';
import { client, read } from './api.ts';

/** Reads a session's events, after a seq and at most so many. */
export const eventsOf =
  (id: string) =>
  async (after: number, limit: number): Promise<SessionEvent[]> => {
    const query = { after: String(after), limit: String(limit) };
    // The route passes on texts that it never parsed, so its type is unknown to the client.
    const page = (await read(client.api.sessions[':id'].events.$get({ param: { id }, query }))) as { items: SessionEvent[] };
    return page.items;
  };
