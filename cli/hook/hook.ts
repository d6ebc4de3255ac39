import { readSync } from 'node:fs';
import type { NativeAgent } from '../../wire/agent.ts';
import { limits } from '../../wire/limits.ts';
import { type Connection, readConfig } from '../config.ts';
import { ask, type Delivered, deliver, type Line, sendUnkept } from './delivery.ts';
import { denial, refusesCall } from './denial.ts';
import { failRule, rememberFail } from './fail-rule.ts';
import { ensureFlusher } from './flusher.ts';
import { gitFacts } from './git.ts';
import { keepWorkspace } from './keep-workspace.ts';
import { type HookKind, kindOf } from './kinds.ts';
import { noteOutage, readOutage } from './outage.ts';
import type { Segment, SpooledHook } from './segment.ts';
import { rememberSnapshotRules } from './snapshot-rules.ts';
import { Spool } from './spool.ts';
import { spoolRoot } from './spool-root.ts';
import { decision } from './waiting.ts';

/** The server takes 16 MiB; beyond this a hook is told of without its contents. */
const maxHookBytes = 15 * 1024 * 1024;

/**
 * What an agent calls: reads one hook from standard input, keeps it, and answers on standard output where the answer can hold the agent
 * back. An agent goes on whatever happens here, unless the rule for that says otherwise.
 */
export async function hook(agent: NativeAgent): Promise<void> {
  const startedMs = Date.now();
  const body = readHook(readInput());
  if (typeof body === 'string') return warn(body);
  const connection = readConfig().connections[agent];
  if (!connection) return warn(`${agent} is not connected; run: flightdeck connect ${agent}`);
  const answer = await answerTo(agent, connection, body, startedMs).catch((error: Error) => {
    // A disk that cannot be written to, say: the rule holds all the same.
    warn(error.message);
    return kindOf(agent, body.hook_event_name) === 'ask'
      ? unanswered(agent, connection, body.hook_event_name, error.message)
      : {};
  });
  // A call that is refused changes no file, and its agent need not wait.
  const unkept = refusesCall(answer) ? undefined : await keepFor(agent, connection, body);
  if (unkept !== undefined) {
    warn(unkept);
    // What Claude Code shows the person at the terminal.
    if (agent === 'claude-code') Object.assign(answer, { systemMessage: `Flightdeck: ${unkept}` });
  }
  if (Object.keys(answer).length > 0) process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** Why the files were not kept before a call, in words. */
function keepFor(agent: NativeAgent, connection: Connection, body: HookBody): Promise<string | undefined> {
  const { session_id: sessionId, hook_event_name: hook, tool_name: tool } = body;
  const moment = { sessionId, hook, tool, nowMs: Date.now() };
  return keepWorkspace(spoolRoot(agent, connection), folderOf(body), moment).catch((error: Error) => error.message);
}

/** Where the agent works. */
const folderOf = ({ cwd }: HookBody): string => (typeof cwd === 'string' ? cwd : process.cwd());

/** All of standard input, at once: streams would take longer to set up than the reading takes. */
function readInput(): string {
  const chunks: Buffer[] = [];
  const buffer = Buffer.alloc(64 * 1024);
  for (;;) {
    try {
      const length = readSync(0, buffer, 0, buffer.length, null);
      if (length === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(Buffer.from(buffer.subarray(0, length)));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      // Windows says so instead of answering nothing.
      if (error.code === 'EOF') return Buffer.concat(chunks).toString('utf8');
      if (error.code !== 'EAGAIN') throw error;
      // Somebody made the pipe non-blocking, and the agent has not written all of it yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

interface HookBody extends Record<string, unknown> {
  session_id: string;
  hook_event_name: string;
}

/** The hook, or why it is none. */
function readHook(text: string): HookBody | string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return 'Standard input is no JSON; this command is for an agent to call.';
  }
  if (typeof body !== 'object' || body === null) return 'Standard input is no hook; this command is for an agent to call.';
  const { session_id, hook_event_name, ...rest } = body as Record<string, unknown>; // A JSON object.
  if (typeof session_id !== 'string' || session_id === '' || session_id.length > limits.maxExternalIdLength)
    return 'The hook names no session.';
  if (typeof hook_event_name !== 'string' || hook_event_name === '') return 'The hook has no name.';
  if (text.length < maxHookBytes || Buffer.byteLength(text) < maxHookBytes) return { session_id, hook_event_name, ...rest };
  const { cwd, tool_name, tool_use_id } = rest;
  return {
    session_id,
    hook_event_name,
    cwd,
    tool_name,
    tool_use_id,
    flightdeck: `${text.length} characters were too many to send`,
  };
}

async function answerTo(agent: NativeAgent, connection: Connection, body: HookBody, startedMs: number): Promise<object> {
  const root = spoolRoot(agent, connection);
  const kind = kindOf(agent, body.hook_event_name);
  const outage = readOutage(root, startedMs);
  const deadlineMs = startedMs + connection.waitMs;
  const spooled: SpooledHook = {
    id: `${process.pid}.${process.hrtime.bigint()}`,
    at: new Date(startedMs).toISOString(),
    ...(kind === 'ask' && !outage ? { untilMs: deadlineMs } : { late: true }),
    ...(body.hook_event_name === 'SessionStart' && gitFacts(folderOf(body))),
    ...(process.env.FLIGHTDECK_PARENT && { parent: process.env.FLIGHTDECK_PARENT }),
    hook: body,
  };
  const spool = Spool.of(root, body.session_id);
  const segment = kept(spool, spooled);
  const unheard = (reason: string) => (kind === 'ask' ? unanswered(agent, connection, body.hook_event_name, reason) : {});
  if (outage) {
    ensureFlusher(root, agent);
    return unheard(outage.reason);
  }
  const line = { agent, connection, deadlineMs };
  const delivered = await passOn(kind, line, spool, segment, spooled)
    .then((sent) => decided(line, root, body, sent))
    .catch(broken);
  if (delivered.ok) return kind === 'ask' ? delivered.answer : {};
  if (delivered.refusal !== undefined) {
    ensureFlusher(root, agent);
    return (kind === 'ask' && denial(agent, body.hook_event_name, delivered.refusal)) || {};
  }
  noteOutage(root, delivered.reason, Date.now());
  ensureFlusher(root, agent);
  return unheard(delivered.reason);
}

async function passOn(
  kind: HookKind,
  line: Line,
  spool: Spool,
  segment: Segment | null,
  spooled: SpooledHook,
): Promise<Delivered> {
  const root = spoolRoot(line.agent, line.connection);
  if (!segment) return sendUnkept(spooled, line);
  if (kind === 'ask') return ask(spool, segment, spooled.id, line);
  if (kind === 'deliver') {
    const sent = await deliver(spool, line);
    if (!sent.ok || spool.isEmpty()) return sent;
  }
  ensureFlusher(root, line.agent);
  return { ok: true, answer: {}, sentCount: 0 };
}

/** What was delivered, and where a person has to decide first, what they decided. */
async function decided(line: Line, root: string, { hook_event_name }: HookBody, sent: Delivered): Promise<Delivered> {
  if (!sent.ok) return sent;
  rememberFail(root, sent.fail);
  if (sent.sentCount > 0) rememberSnapshotRules(root, sent.snapshots);
  return sent.question ? decision(line, hook_event_name, sent.question) : sent;
}

/** Null where the backlog or the disk is full; the backlog counts what it had no room for. */
function kept(spool: Spool, hook: SpooledHook): Segment | null {
  try {
    return spool.append(hook);
  } catch (error) {
    warn(`The hook could not be kept: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

const broken = (error: unknown): Delivered => ({ ok: false, reason: error instanceof Error ? error.message : String(error) });

/** The rule for when nobody can be asked. */
function unanswered(agent: NativeAgent, connection: Connection, hook: string, reason: string): object {
  if (failRule(connection, spoolRoot(agent, connection)).fail === 'open') return {};
  const words = `Flightdeck at ${connection.url} cannot be reached (${reason}), and this project lets nothing run unasked. Wait a moment and try again, or stop and summarise.`;
  return denial(agent, hook, words) ?? {};
}

/** Agents show a hook's standard error to a person at most. */
export function warn(words: string): void {
  process.stderr.write(`flightdeck: ${words}\n`);
}
