import { useEffect, useMemo } from 'preact/hooks';
import { client, once, read } from '../../api.ts';
import { watchSession } from '../../live-socket.ts';
import { SessionModel } from '../../models/session.ts';
import { SessionViewModel } from '../../models/session-view.ts';
import { eventsOf } from '../../session-events.ts';
import { onWake, openSocket, renewPass, timePorts } from '../../socket-ports.ts';

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** One session and its reader, for as long as the page shows it. */
export function useSession(id: string) {
  const [session, view] = useMemo(() => {
    const param = { id };
    const calls = client.api.sessions[':id'];
    const events = eventsOf(id);
    const model = new SessionModel({
      summary: () => read(calls.$get({ param })),
      events,
      patch: (json) => read(calls.$patch({ param, json })),
      control: (action) => read(calls.control.$post({ param, json: { action } })),
      decide: (approvalId, json) => read(calls.approvals[':approvalId'].$post({ param: { id, approvalId }, json })),
      write: (text) => read(calls.messages.$post({ param, json: { text } }, once())),
      limit: (json) => read(calls.budget.$put({ param, json })),
      branch: async (json) => (await read(calls.branches.$post({ param, json }, once()))).session,
      remove: async () => {
        await read(calls.$delete({ param }));
      },
      watch: (after, consumer) =>
        watchSession(
          after,
          {
            ...timePorts,
            open: (from) => openSocket(`/api/sessions/${encodeURIComponent(id)}/live`, { after: String(from) }),
            fetchEvents: events,
            renewPass,
          },
          consumer,
        ),
      pause,
      beforeFrame: (task) => requestAnimationFrame(task),
    });
    return [model, new SessionViewModel(model, pause)] as const;
  }, [id]);

  useEffect(() => {
    session.open(linkedSeq());
    const stopWaking = onWake(() => session.nudge());
    return () => {
      stopWaking();
      session.stop();
    };
  }, [session]);
  return { session, view };
}

/** The event that the address names: `#e123`. */
export function linkedSeq(): number | null {
  const found = /^#e(\d{1,12})$/.exec(location.hash);
  return found ? Number(found[1]) : null;
}
