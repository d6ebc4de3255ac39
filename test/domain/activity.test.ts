import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../wire/event.ts';
import { activityOf } from '../../worker/domain/activity.ts';
import { draft, sessionOf, start } from './session-run.ts';

const words = (type: SessionEvent['type'], rest: Partial<SessionEvent> = {}) =>
  activityOf({ seq: 1, id: 'e', type, at: '', receivedAt: '', ...rest });

describe('what a session is doing', () => {
  it.each([
    ['starting', words('session.started')],
    ['thinking', words('prompt')],
    ['writing', words('message')],
    ['editing app.ts', words('tool.started', { tool: 'Edit', input: { file_path: '/home/dev/src/app.ts' } })],
    ['writing notes.md', words('tool.started', { tool: 'write_file', input: { absolute_path: '/notes.md' } })],
    ['editing plot.ipynb', words('tool.started', { tool: 'NotebookEdit', input: { notebook_path: 'plot.ipynb' } })],
    ['running npm test', words('tool.started', { tool: 'Bash', input: { command: 'npm test\n# and more' } })],
    ['using WebSearch', words('tool.started', { tool: 'WebSearch', input: { query: 'x' } })],
    ['using a tool', words('tool.started')],
    ['using Edit', words('tool.started', { tool: 'Edit', input: 'no object' })],
    ['using Edit', words('tool.started', { tool: 'Edit', input: { file_path: 7 } })],
    ['thinking', words('tool.finished', { tool: 'Edit' })],
    ['subagent at work', words('tool.finished', { subagentId: 'a' })],
    ['Bash failed', words('tool.failed', { tool: 'Bash' })],
    ['asks to use Write', words('permission.requested', { tool: 'Write' })],
    ['subagent at work', words('subagent.started')],
    ['compacted its context', words('compaction')],
    ['waiting for you', words('turn.finished', { ok: true })],
    ['stopped by an error', words('turn.finished', { ok: false })],
    ['budget exceeded', words('control', { control: { action: 'budget_exceeded' } })],
  ])('%s', (expected, actual) => {
    expect(actual).toBe(expected);
  });

  it.each(['notification', 'subagent.finished', 'usage', 'other'] as const)('is not told anew by %s', (type) => {
    expect(words(type)).toBeUndefined();
  });

  it('fits a line, without half a character at its end', () => {
    const long = words('tool.started', { tool: 'Bash', input: { command: `a${'🛰'.repeat(200)}` } }) ?? '';
    expect(long.length).toBeLessThanOrEqual(80);
    expect(long.isWellFormed()).toBe(true);
    expect(words('tool.failed', { tool: 'x'.repeat(500) })?.length).toBeLessThanOrEqual(80);
  });

  it('takes a tool called constructor for a tool', () => {
    expect(words('tool.started', { tool: 'constructor', input: { file_path: '/a.ts' } })).toBe('using constructor');
  });

  it('stays what it was through an event that says nothing, and is the ending’s name at the end', () => {
    expect(sessionOf([draft('prompt'), start('t'), draft('notification')]).state.activity).toBe('using Bash');
    expect(sessionOf([draft('prompt'), draft('session.ended')]).state.activity).toBe('cancelled');
  });
});
