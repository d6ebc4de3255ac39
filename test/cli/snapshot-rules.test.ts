import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dueSnapshot, lastKeptMs, noteKept, rememberSnapshotRules, snapshotRules } from '../../cli/hook/snapshot-rules.ts';
import { noSnapshotRules } from '../../wire/snapshot-rules.ts';
import { temporaryFolder } from '../e2e/server-process.ts';

const minute = 60_000;

describe('the rules for snapshots on a machine', () => {
  it('are what the server said last, and none where it says nothing', () => {
    const root = temporaryFolder();
    expect(snapshotRules(root)).toBeUndefined();
    const rules = { ...noSnapshotRules, atEnd: true };
    rememberSnapshotRules(root, rules);
    expect(snapshotRules(root)).toEqual(rules);
    rememberSnapshotRules(root, undefined);
    expect(snapshotRules(root)).toBeUndefined();
    expect(readdirSync(root)).toEqual([]);
  });

  it('bear a file that is not ours, and a disk that takes nothing', () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'snapshots'), '{');
    writeFileSync(join(root, 'snapshot-times'), '{');
    expect([snapshotRules(root), lastKeptMs(root, 's')]).toEqual([undefined, undefined]);
    rememberSnapshotRules(join(root, 'nowhere'), noSnapshotRules);
    noteKept(join(root, 'nowhere'), 's', 1);
  });

  it('remember when the last fifty sessions were kept', () => {
    const root = temporaryFolder();
    for (let n = 1; n <= 60; n++) noteKept(root, `s${n}`, n);
    noteKept(root, 's30', 100);
    expect(['s10', 's11', 's30', 's60'].map((id) => lastKeptMs(root, id))).toEqual([undefined, 11, 100, 60]);
  });
});

describe('a snapshot is due', () => {
  const due = (rules: object, hook: string, tool?: string, lastMs?: number) =>
    dueSnapshot({ ...noSnapshotRules, ...rules }, { sessionId: 's', hook, tool, nowMs: 60 * minute }, lastMs);

  it('as a session begins and ends, where the rules want it', () => {
    expect([due({ atStart: true }, 'SessionStart'), due({}, 'SessionStart')]).toEqual(['start', undefined]);
    expect([due({ atEnd: true }, 'SessionEnd'), due({ atStart: true }, 'SessionEnd')]).toEqual(['end', undefined]);
  });

  it.each([
    [['Bash'], 'Bash', 'rule'],
    [['Bash'], 'BashOutput', undefined],
    [['Write', 'mcp__*'], 'mcp__db__drop', 'rule'],
    [['*__db__*'], 'mcp__db__drop', 'rule'],
    [['*'], 'Anything', 'rule'],
    [['a*a'], 'a', undefined],
    [['a*b*c'], 'abc', 'rule'],
    [['a*b*c'], 'acb', undefined],
  ])('before a call: %j and %s', (beforeTools, tool, reason) => {
    expect(due({ beforeTools }, 'PreToolUse', tool)).toBe(reason);
    expect(due({ beforeTools }, 'PostToolUse', tool)).toBeUndefined();
  });

  it('by the clock, from the session’s first hook on', () => {
    const rules = { everyMinutes: 10 };
    expect([due(rules, 'Stop'), due(rules, 'Stop', undefined, 51 * minute), due(rules, 'Stop', undefined, 50 * minute)]).toEqual([
      undefined,
      undefined,
      'interval',
    ]);
  });
});
