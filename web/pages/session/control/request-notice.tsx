import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SessionSummary } from '../../../../wire/session.ts';
import type { SessionRequest } from '../../../../wire/work.ts';
import { client, read } from '../../../api.ts';
import { Notice } from '../../../components/states.tsx';
import { HoldCommand } from './hold-command.tsx';
import './hold-notice.css';

/** What a session waits for that a machine is to start, and how to get it going. */
export function RequestNotice({ session: { id, status, request } }: { session: SessionSummary }) {
  const asked = useSignal<SessionRequest | null>(null);
  const requestId = status === 'queued' ? request?.id : undefined;
  const machine = request?.machine ?? null;
  useEffect(() => {
    asked.value = null;
    if (requestId === undefined) return;
    // Without it the notice says less, and all that it says is true.
    read(client.api['session-requests'][':id'].$get({ param: { id: requestId } })).then(
      (found) => {
        asked.value = found;
      },
      () => undefined,
    );
  }, [id, requestId, machine]);
  if (status !== 'queued' || !request) return null;
  const { repository, ref } = request;
  const where = repository === null ? 'in the repository that it is for' : `in a clone of ${repository}`;
  return (
    <div class="hold-notice">
      <Notice tone="info">
        {machine === null ? (
          <>
            <p>
              <strong>This session waits for a machine.</strong> {asked.value?.words} Have one work, {where}
              {ref !== null && <> (it begins at {ref})</>}:
            </p>
            <p class="hold-resume">
              <HoldCommand command="flightdeck work" />
            </p>
          </>
        ) : (
          <p>
            <strong>{machine} has taken this session</strong> and prepares its checkout.
          </p>
        )}
        {asked.value?.prompt && (
          <details class="request-prompt">
            <summary>What its agent is told first</summary>
            <pre>{asked.value.prompt}</pre>
          </details>
        )}
      </Notice>
    </div>
  );
}
