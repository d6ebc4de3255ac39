import { useEffect, useMemo } from 'preact/hooks';
import { client, once, read } from '../../api.ts';
import { watchSession } from '../../live-socket.ts';
import { ReplayModel } from '../../models/replay/replay.ts';
import { SessionModel } from '../../models/session/session.ts';
import { SessionViewModel } from '../../models/session/session-view.ts';
import { eventsOf } from '../../session-events.ts';
import { onWake, openSocket, renewPass, timePorts } from '../../socket-ports.ts';

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** One session and its reader, for as long as the page shows it. */
export function useSession(id: string) {
  const [session, replay, view] = useMemo(() => {
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
      merge: async (message) => (await read(calls.merge.$post({ param, json: { message } }))).session,
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
    const replay = new ReplayModel(model, {
      now: () => performance.now(),
      schedule: timePorts.schedule,
      pause,
      isCalm: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    return [model, replay, new SessionViewModel(replay, pause)] as const;
  }, [id]);

  useEffect(() => {
    session.open(linkedSeq() ?? replayedSeq());
    const stopWaking = onWake(() => session.nudge());
    return () => {
      stopWaking();
      replay.leave();
      session.stop();
    };
  }, [session]);
  return { session, replay, view };
}

/** The moment that the address names: `?at=123`. */
export function replayedSeq(): number | null {
  const at = new URLSearchParams(location.search).get('at') ?? '';
  return /^\d{1,12}$/.test(at) ? Number(at) : null;
}

/** The event that the address names: `#e123`. */
export function linkedSeq(): number | null {
  const found = /^#e(\d{1,12})$/.exec(location.hash);
  return found ? Number(found[1]) : null;
}
