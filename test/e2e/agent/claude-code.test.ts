import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Account, signUp } from '../../../scripts/local/account.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import type { FeedFrame, Frame } from '../../../wire/frame.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { startFakeAnthropic } from '../../fixtures/agents/fake-anthropic.mjs';
import { eventually } from '../eventually.ts';
import { person } from '../person.ts';
import { url } from '../server.ts';
import { temporaryFolder } from '../server-process.ts';
import { type ClaudeResult, runClaude } from './real-claude.ts';

const folder = temporaryFolder();
const home = join(folder, 'home');
const workspace = join(folder, 'project');

describe('a real Claude Code with the settings that connect returns', () => {
  let account: Account;
  let result: ClaudeResult;
  let session: SessionSummary;
  let events: SessionEvent[];
  const feed: FeedFrame[] = [];
  const frames: Frame[] = [];

  beforeAll(async () => {
    mkdirSync(workspace, { recursive: true });
    account = await signUp(url, person('claude'));
    await writeSettings(account);

    let watched = false;
    const dashboard = account.socket('/api/feed');
    dashboard.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as FeedFrame;
      feed.push(frame);
      // The moment the session is heard of, somebody opens it, as in a browser.
      if (frame.type !== 'session' || watched) return;
      watched = true;
      watch(account, frame.session.id, frames);
    };
    const api = await startFakeAnthropic();
    result = await runClaude(inject('claude'), 'say hi', { home, workspace, apiUrl: api.url });
    await api.close();

    const listed = await eventually(async () =>
      (await account.sessions()).find(({ externalId }) => externalId === result.session_id),
    );
    // The list learns of a session's end a little later; the session itself knows it.
    session = await account.session(listed.id);
    events = await account.events(session.id);
    await eventually(
      async () => frames.flatMap((frame) => (frame.type === 'events' ? frame.events : [])).length >= events.length,
    );
    dashboard.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('shows up on the live dashboard, and its events on a live page, each seq once', () => {
    expect(feed.some((frame) => frame.type === 'session' && frame.session.externalId === result.session_id)).toBe(true);
    const live = frames.flatMap((frame) => (frame.type === 'events' ? frame.events : []));
    expect(live.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  });

  it('has the prompt, the tool call with its result and duration, and the message', () => {
    const kinds = events.map((event) => event.type).filter((type) => type !== 'other' && type !== 'usage');
    expect(kinds[0]).toBe('session.started');
    expect(kinds.at(-1)).toBe('session.ended');
    expect(events.find((event) => event.type === 'prompt')?.text).toBe('say hi');
    const started = events.find((event) => event.type === 'tool.started');
    const finished = events.find((event) => event.type === 'tool.finished');
    expect(started).toMatchObject({ tool: 'Bash', input: { command: 'echo hi' } });
    expect(finished).toMatchObject({ tool: 'Bash', toolUseId: started?.toolUseId, ok: true, durationMs: expect.any(Number) });
    expect(JSON.stringify(finished?.output)).toContain('hi');
    expect(events.filter((event) => event.type === 'message').map((event) => event.text)).toContain(
      'Done: hi from the fake model.',
    );
    expect(session).toMatchObject({ title: 'say hi', status: 'completed', toolCallCount: 1, errorCount: 0, cwd: workspace });
  });

  it('has the tokens and the cost that the client itself reports', () => {
    expect(session.tokens).toEqual({
      input: result.usage.input_tokens,
      output: result.usage.output_tokens,
      cacheRead: result.usage.cache_read_input_tokens,
      cacheWrite: result.usage.cache_creation_input_tokens,
    });
    expect(session.costMicroUsd).toBe(Math.round(result.total_cost_usd * 1e6));
    expect(session.costMicroUsd).toBeGreaterThan(0);
    expect(session.unpricedCalls).toBe(0);
  });
});

async function writeSettings(account: Account): Promise<void> {
  const { files } = await account.connect('claude-code');
  expect(files.map((file) => file.path)).toEqual(['~/.claude/settings.json']);
  for (const file of files) {
    const path = file.path.replace(/^~/, home);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
}

function watch(account: Account, sessionId: string, frames: Frame[]): void {
  const socket = account.socket(`/api/sessions/${sessionId}/live?after=0`);
  socket.onmessage = ({ data }) => frames.push(JSON.parse(String(data)) as Frame);
}
