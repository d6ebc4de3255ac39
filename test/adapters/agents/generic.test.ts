import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventType } from '../../../wire/event.ts';
import { readIngestEvent } from '../../../worker/adapters/agents/generic.ts';

describe('events of any agent', () => {
  it('keep every field that we have a place for', () => {
    const event = {
      type: 'tool.finished',
      id: 'e1',
      at: '2026-11-21T01:00:00+01:00',
      tool: 'shell',
      toolUseId: 't1',
      input: { command: 'ls' },
      output: 'a.txt',
      ok: true,
      durationMs: 12,
      subagentId: 'sub',
      subagentType: 'helper',
      parentToolUseId: 't0',
      promptId: 'p1',
      exitCode: 0,
    };
    expect(readIngestEvent(event)).toEqual({
      type: 'tool.finished',
      hook: 'tool.finished',
      id: 'e1',
      key: 'id:e1',
      at: '2026-11-21T00:00:00.000Z',
      tool: 'shell',
      toolUseId: 't1',
      input: { command: 'ls' },
      output: 'a.txt',
      ok: true,
      durationMs: 12,
      subagentId: 'sub',
      subagentType: 'helper',
      parentToolUseId: 't0',
      promptId: 'p1',
      data: { parentToolUseId: 't0', exitCode: 0 },
    });
  });

  it('are told apart by their number in a stream, and by their id without one', () => {
    expect(readIngestEvent({ type: 'message', id: 'e1', n: 4 }, 'stream-1')).toMatchObject({ n: 4, id: 'e1' });
    expect(readIngestEvent({ type: 'message', id: 'e1', n: 4 }, 'stream-1').key).toBeUndefined();
    expect(readIngestEvent({ type: 'message', id: 'e1', n: 4 })).toMatchObject({ key: 'id:e1' });
    expect(readIngestEvent({ type: 'message' }).key).toBeUndefined();
  });

  it('start a session with the facts they name', () => {
    const draft = readIngestEvent({
      type: 'session.started',
      model: 'm',
      cwd: '/p',
      repository: 'github.com/o/n',
      gitBranch: 'main',
      title: 'T',
    });
    expect(draft.facts).toEqual({ model: 'm', cwd: '/p', repository: 'github.com/o/n', gitBranch: 'main', title: 'T' });
    expect(draft.data).toBeUndefined();
  });

  it.each([
    ['an unknown type', { type: 'levitated', height: 3 }],
    ['a control, which is not theirs to give', { type: 'control', text: 'stop' }],
    ['a tool that is a number', { type: 'tool.started', tool: 5 }],
    ['a negative duration', { type: 'tool.finished', durationMs: -1 }],
    ['a time that is none', { type: 'message', at: 'yesterday' }],
    ['a cost in fractions', { type: 'usage', costMicroUsd: 0.5 }],
    ['an id longer than we remember', { type: 'tool.started', toolUseId: 'x'.repeat(257) }],
    ['a usage of words', { type: 'usage', usage: { input: 'many' } }],
    ['negative tokens', { type: 'usage', usage: { input: -1, output: 0, cacheRead: 0, cacheWrite: 0 } }],
  ])('with %s are kept whole', (_, event) => {
    expect(readIngestEvent(event)).toEqual({ type: 'other', hook: event.type, data: event });
  });

  it('keep their id, number and time even where the rest is not understood', () => {
    const event = { type: 'levitated', id: 'e1', at: '2026-11-21T00:00:00Z' };
    expect(readIngestEvent(event)).toMatchObject({ type: 'other', key: 'id:e1', at: '2026-11-21T00:00:00.000Z', data: event });
  });

  it('with a cost are priced by the agent, and without one not yet', () => {
    const usage = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0, requestId: 'r1' };
    expect(readIngestEvent({ type: 'usage', usage, costMicroUsd: 7 })).toMatchObject({
      usage: { ...usage, pricedBy: 'agent' },
      usageSource: 'hook',
      costMicroUsd: 7,
      key: 'usage:r1',
    });
    // A figure that is left out is none, and the call is charged all the same.
    expect(readIngestEvent({ type: 'usage', usage: { input: 1 }, costMicroUsd: 7 })).toMatchObject({
      usage: { input: 1, output: 0 },
    });
    expect(readIngestEvent({ type: 'usage', usage }).costMicroUsd).toBeUndefined();
  });

  it('are never lost, whatever their fields hold', () => {
    const names = [
      'tool',
      'toolUseId',
      'ok',
      'durationMs',
      'text',
      'usage',
      'costMicroUsd',
      'subagentId',
      'model',
      'data',
      '__proto__',
    ];
    const fields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.constantFrom(...EventType.options), fields, (type, fields) => {
        const draft = readIngestEvent({ ...fields, type });
        expect(EventType.options).toContain(draft.type);
        if (draft.type === 'other')
          expect(draft.data === undefined || typeof draft.data === 'object' || type === 'other').toBe(true);
      }),
      { numRuns: 1000, seed: 7 },
    );
  });
});
