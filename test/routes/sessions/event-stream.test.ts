import { expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { eventStream } from '../../../worker/routes/sessions/event-stream.ts';

const frame = `{"type":"events","events":[{"seq":1,"text":"${'x'.repeat(1024 * 1024)}"}]}`;

/** A stream, the room's end of its socket, and the code with which that socket is closed. */
function open() {
  const { 0: ours, 1: room } = new WebSocketPair();
  const { body } = eventStream(ours);
  if (!body) throw new Error('a stream without a body');
  room.accept();
  const closed = new Promise<number>((resolve) => room.addEventListener('close', ({ code }) => resolve(code)));
  return { body, room, closed };
}

it('lets go of a reader who does not keep up, and what was sent until then still arrives', async () => {
  const { body, room, closed } = open();
  for (let bytes = 0; bytes <= limits.maxStreamBacklogBytes + frame.length; bytes += frame.length) room.send(frame);
  expect(await closed).toBe(1000);
  const text = await new Response(body).text();
  expect(text.length).toBeLessThanOrEqual(limits.maxStreamBacklogBytes + 2 * frame.length);
  expect(text.startsWith('id: 1\ndata: {"type":"events"')).toBe(true);
  expect(text.endsWith('\n\n')).toBe(true);
});

it('carries more than its backlog to a reader who keeps up', async () => {
  const { body, room } = open();
  const reader = body.getReader();
  for (let bytes = 0; bytes <= limits.maxStreamBacklogBytes + frame.length; bytes += frame.length) {
    room.send(frame);
    const { value } = await reader.read();
    expect(value?.byteLength).toBeGreaterThan(frame.length);
  }
  await reader.cancel();
});
