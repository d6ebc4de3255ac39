import { closeSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { NativeAgent } from '../../wire/agent.ts';
import { type Connection, isMissing } from '../config.ts';
import { runInBackground } from './background.ts';
import { deliver, sendable } from './delivery.ts';
import { rememberFail } from './fail-rule.ts';
import { endOutage, noteOutage, readOutage } from './outage.ts';
import { rememberSnapshotRules } from './snapshot-rules.ts';
import { Spool } from './spool.ts';

/** Non-blocking hooks go out when there are so many, or when the oldest has waited so long. */
const batchSize = 10;
const maxWaitMs = 1000;
const lookEveryMs = 200;
/** Starting a process for each hook would cost more than one that stays a while. */
const lingerMs = 8000;
/** A heartbeat older than this is a dead flusher's. */
const staleMs = 3000;
const postMs = 10_000;
const maxPauseMs = 10_000;
/** Less than half of what hooks remember of an outage. */
const prolongEveryMs = 2000;
/** After so long without an answer the next hook may start another one. */
const giveUpMs = 3600_000;

/** Starts a process that sends what is spooled, unless one is at it; it outlives the hook and the agent. */
export function ensureFlusher(root: string, agent: NativeAgent): void {
  if (!isAlive(lockFile(root))) runInBackground('flush', agent, '--background');
}

/** The flusher's process id, while it is alive. */
export function flusherPid(root: string): number | null {
  const file = lockFile(root);
  return isAlive(file) ? Number(readFileSync(file, 'utf8')) : null;
}

/**
 * Sends what is spooled, and what is added to it, until nothing has been added for a while. One at a time is enough, and two do no
 * harm, so that its lock needs no more than a heartbeat.
 */
export async function flushInBackground(root: string, agent: NativeAgent, connection: Connection): Promise<void> {
  const lock = lockFile(root);
  if (!acquire(root, lock)) return;
  const heartbeat = setInterval(() => beat(lock), staleMs / 4);
  const { Agent: KeepAlive } = process.getBuiltinModule(connection.url.startsWith('https:') ? 'node:https' : 'node:http');
  const keepAlive = new KeepAlive({ keepAlive: true });
  try {
    await run(
      root,
      lock,
      async (spool) => deliver(spool, { agent, connection, deadlineMs: Date.now() + postMs, keepAlive }),
      connection,
    );
  } finally {
    clearInterval(heartbeat);
    keepAlive.destroy();
  }
}

async function run(
  root: string,
  lock: string,
  send: (spool: Spool) => ReturnType<typeof deliver>,
  { waitMs }: Connection,
): Promise<void> {
  let idleSinceMs = Date.now();
  let failingSinceMs: number | null = null;
  let pauseMs = lookEveryMs;
  let urgent = true;
  for (const spool of Spool.all(root)) spool.tidy(Date.now());
  while (isOurs(lock)) {
    const nowMs = Date.now();
    const waiting = Spool.all(root).filter((spool) => isDue(spool, nowMs, urgent || failingSinceMs !== null));
    let reason: string | null = null;
    let isHeldBack = false;
    for (const spool of waiting) {
      const startedMs = Date.now();
      const sent = await prolonging(root, () => send(spool));
      // Over a limit, which is no outage: the hooks ask, and hear it.
      if (!sent.ok && sent.refusal !== undefined) {
        isHeldBack = true;
        continue;
      }
      if (!sent.ok) {
        reason = sent.reason;
        break;
      }
      rememberFail(root, sent.fail);
      if (sent.sentCount > 0) rememberSnapshotRules(root, sent.snapshots);
      // A server that answers later than a hook can wait is as good as none to the hooks.
      if (sent.sentCount > 0 && Date.now() - startedMs < waitMs) endOutage(root);
      else if (sent.sentCount > 0) prolong(root);
      failingSinceMs = null;
      pauseMs = lookEveryMs;
    }
    urgent = false;
    if (reason !== null) noteOutage(root, reason, Date.now());
    if (reason !== null || isHeldBack) {
      failingSinceMs ??= nowMs;
      if (nowMs - failingSinceMs > giveUpMs) return release(lock);
      pauseMs = Math.min(maxPauseMs, Math.max(500, pauseMs * 2));
    }
    if (waiting.length > 0) idleSinceMs = Date.now();
    if (Date.now() - idleSinceMs > lingerMs) {
      release(lock);
      // A hook that still saw the lock wrote before it was gone: it is found now.
      if (Spool.all(root).every((spool) => spool.isEmpty())) return;
      if (!acquire(root, lock)) return;
      urgent = true;
      idleSinceMs = Date.now();
    }
    await pauseProlonging(root, pauseMs, reason);
  }
}

/** A server that hangs, or answers late, would cost one hook its whole waiting time whenever the outage that they know of runs out. */
async function prolonging<T>(root: string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => prolong(root), prolongEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

function prolong(root: string): void {
  const outage = readOutage(root, Date.now());
  if (outage) noteOutage(root, outage.reason, Date.now());
}

/** Long pauses would let the outage that hooks know of run out. */
async function pauseProlonging(root: string, pauseMs: number, reason: string | null): Promise<void> {
  for (let leftMs = pauseMs; leftMs > 0; leftMs -= prolongEveryMs) {
    await wait(Math.min(prolongEveryMs, leftMs));
    if (reason !== null) noteOutage(root, reason, Date.now());
  }
}

function isDue(spool: Spool, nowMs: number, anything: boolean): boolean {
  return spool.segments().some((segment) => {
    if (segment.backlogBytes <= 1) return false;
    const ready = sendable(segment, nowMs);
    const [oldest] = ready;
    if (!oldest) return false;
    return anything || ready.length >= batchSize || nowMs - Date.parse(oldest.at) >= maxWaitMs;
  });
}

const lockFile = (root: string): string => join(root, 'flusher.pid');

function acquire(root: string, lock: string): boolean {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  if (isAlive(lock)) return false;
  release(lock);
  try {
    const descriptor = openSync(lock, 'wx', 0o600);
    writeSync(descriptor, String(process.pid));
    closeSync(descriptor);
    return true;
  } catch {
    return false;
  }
}

function beat(lock: string): void {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function release(lock: string): void {
  try {
    unlinkSync(lock);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Somebody may have removed our state, or taken us for dead while the machine slept. */
function isOurs(lock: string): boolean {
  try {
    return readFileSync(lock, 'utf8') === String(process.pid);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isAlive(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > staleMs) return false;
    const pid = Number(readFileSync(lock, 'utf8'));
    // The moment between making the lock and writing into it.
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return false;
  }
}
