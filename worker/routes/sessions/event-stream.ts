const keepAliveMs = 15_000;

/**
 * A room's frames as Server-Sent Events (WHATWG HTML, 9.2). The Worker holds the stream and listens as a WebSocket client, because
 * a stream held in the room would keep it from hibernating. `id` is the last seq of an `events` frame, for `Last-Event-ID`.
 */
export function eventStream(socket: WebSocket): Response {
  const encoder = new TextEncoder();
  let keepAlive: ReturnType<typeof setInterval> | undefined;
  let isOpen = true;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => isOpen && controller.enqueue(encoder.encode(text));
      socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') write(messageOf(data));
      });
      socket.addEventListener('close', () => {
        clearInterval(keepAlive);
        if (isOpen) controller.close();
        isOpen = false;
      });
      socket.accept();
      // Proxies close a silent stream after a minute or so; a comment is no event.
      keepAlive = setInterval(() => write(':\n\n'), keepAliveMs);
    },
    cancel() {
      isOpen = false;
      clearInterval(keepAlive);
      socket.close(1000);
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' } });
}

function messageOf(frame: string): string {
  const seq = lastSeqOf(frame);
  return `${seq === undefined ? '' : `id: ${seq}\n`}data: ${frame}\n\n`;
}

/** The last seq of an `events` frame. A gap moves no mark: its events are still to be read elsewhere. */
function lastSeqOf(frame: string): number | undefined {
  if (!frame.startsWith('{"type":"events"')) return undefined;
  const { events } = JSON.parse(frame) as { events: { seq: number }[] };
  return events.at(-1)?.seq;
}
