import { limits } from '../../../wire/limits.ts';

const keepAliveMs = 15_000;

/**
 * A room's frames as Server-Sent Events (WHATWG HTML, 9.2). The Worker holds the stream and listens as a WebSocket client, because
 * a stream held in the room would keep it from hibernating. `id` is the last seq of an `events` frame, for `Last-Event-ID`. A reader
 * who does not keep up is let go, since nothing slows a WebSocket down and its frames would fill the Worker's memory.
 */
export function eventStream(socket: WebSocket): Response {
  const encoder = new TextEncoder();
  let keepAlive: ReturnType<typeof setInterval> | undefined;
  let isOpen = true;
  const end = () => {
    isOpen = false;
    clearInterval(keepAlive);
  };
  const backlog = new ByteLengthQueuingStrategy({ highWaterMark: limits.maxStreamBacklogBytes });
  const source: UnderlyingSource<Uint8Array> = {
    start(controller) {
      const write = (text: string) => {
        if (!isOpen) return;
        controller.enqueue(encoder.encode(text));
        if ((controller.desiredSize ?? 0) > 0) return;
        end();
        controller.close();
        socket.close(1000);
      };
      socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') write(messageOf(data));
      });
      socket.addEventListener('close', () => {
        if (isOpen) controller.close();
        end();
      });
      socket.accept();
      // Proxies close a silent stream after a minute or so; a comment is no event.
      keepAlive = setInterval(() => write(':\n\n'), keepAliveMs);
    },
    cancel() {
      end();
      socket.close(1000);
    },
  };
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };
  return new Response(new ReadableStream(source, backlog), { headers });
}

function messageOf(frame: string): string {
  const seq = lastSeqOf(frame);
  return `${seq === undefined ? '' : `id: ${seq}\n`}data: ${frame}\n\n`;
}

/** The last seq of an `events` frame. A gap moves no mark: its events are still to be read elsewhere. */
function lastSeqOf(frame: string): number | undefined {
  if (!frame.startsWith('{"type":"events"')) return undefined;
  // The room made it.
  const { events } = JSON.parse(frame) as { events: { seq: number }[] };
  return events.at(-1)?.seq;
}
