import { clockTime, plural } from '../../format.ts';
import type { LiveState } from '../../live-socket.ts';

/** The line under a page's header, and the words at its end. Neither ever changes height. */
export function ConnectionLine({ connection }: { connection: LiveState }) {
  return (
    <div class={`connection ${connection.type}`}>
      <span class="connection-words" role="status" aria-live="polite">
        <i aria-hidden="true" />
        {words(connection)}
      </span>
    </div>
  );
}

function words(connection: LiveState): string {
  switch (connection.type) {
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Live';
    case 'catching-up':
      return connection.remaining > 0 ? `Catching up, ${plural(connection.remaining, 'event')} to go` : 'Catching up';
    case 'offline':
      return `Offline since ${clockTime(connection.sinceMs)}`;
    case 'unauthorized':
      return 'No longer allowed to watch';
    case 'deleted':
      return 'Deleted';
    default:
      return connection satisfies never;
  }
}
