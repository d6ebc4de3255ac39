import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import { draft, finish, SessionRun, sessionOf, start, startMs } from './session-run.ts';

const batch = (...ids: string[]) =>
  draft('other', {
    hook: 'PostToolBatch',
    batch: ids.map((toolUseId) => ({ tool: 'Bash', toolUseId, input: { from: 'batch' }, output: 'denied' })),
  });

describe('a call', () => {
  it('is one from its start to its end, and lasted as long as the hook says or as we saw', () => {
    const run = sessionOf([start('a'), start('b')]);
    expect(run.post(finish('a'))).toMatchObject([{ toolUseId: 'a', durationMs: 2000, ok: true }]);
    expect(run.post(finish('b', 'Bash', { durationMs: 37 }))).toMatchObject([{ toolUseId: 'b', durationMs: 37 }]);
    expect(run.state).toMatchObject({ toolCallCount: 2, errorCount: 0, openCalls: {} });
  });

  it('never lasts less than nothing, though the clock went back', () => {
    const run = sessionOf([start('a')]);
    run.nowMs -= 60_000;
    expect(run.post(finish('a'))).toMatchObject([{ durationMs: 0 }]);
  });

  it('that we only saw end is one call, of unknown duration', () => {
    const run = new SessionRun();
    expect(run.post(finish('late'))[0]?.durationMs).toBeUndefined();
    expect(run.state.toolCallCount).toBe(1);
  });

  it('is one when its start comes after its end, and stays closed', () => {
    const run = sessionOf([finish('a'), start('a')]);
    expect(run.state).toMatchObject({ toolCallCount: 1, openCalls: {} });
    expect(run.post(draft('turn.finished', { ok: true }))).toHaveLength(1);
  });

  it.each(['__proto__', 'constructor', 'toString', '7', '💥'])('may have the id %s', (id) => {
    const run = sessionOf([start(id), start('other')]);
    expect(Object.keys(run.state.openCalls).sort()).toEqual([id, 'other'].sort());
    expect(run.post(finish(id))).toMatchObject([{ toolUseId: id, durationMs: 2000 }]);
    expect(run.state).toMatchObject({ toolCallCount: 2 });
    expect(Object.keys(run.state.openCalls)).toEqual(['other']);
    expect(sessionOf([finish(id)]).events[0]?.durationMs).toBeUndefined();
  });

  it('without an id is paired with the oldest open one of its tool and its agent', () => {
    const idless = (type: 'tool.started' | 'tool.finished', tool: string, subagentId?: string) =>
      draft(type, { tool, subagentId });
    const run = sessionOf([
      idless('tool.started', 'Read'),
      idless('tool.started', 'Bash'),
      idless('tool.started', 'Bash'),
      idless('tool.started', 'Bash', 'sub'),
      idless('tool.finished', 'Bash', 'sub'),
      idless('tool.finished', 'Bash'),
      idless('tool.finished', 'Read'),
      idless('tool.finished', 'Bash'),
      idless('tool.finished', 'Bash'),
    ]);
    const ids = run.events.map(({ toolUseId }) => toolUseId);
    expect(ids).toEqual(['call_1', 'call_2', 'call_3', 'call_4', 'call_4', 'call_2', 'call_1', 'call_3', 'call_9']);
    expect(run.state.toolCallCount).toBe(5);
  });

  it('of more than we remember as open is counted all the same', () => {
    const run = new SessionRun();
    for (let index = 0; index <= limits.maxOpenCalls; index += 1) run.post(start(`c${index}`));
    expect(Object.keys(run.state.openCalls)).toHaveLength(limits.maxOpenCalls);
    expect(run.state.openCalls).not.toHaveProperty('c0');
    expect(run.state.toolCallCount).toBe(limits.maxOpenCalls + 1);
  });
});

describe('calls whose ids are numbers', () => {
  it('are as old as they are, whatever their number says', () => {
    const run = sessionOf([start('9', 'Agent'), start('3', 'Agent')]);
    expect(run.post(draft('subagent.started', { subagentId: 's' }))[0]?.parentToolUseId).toBe('9');
    expect(run.post(draft('session.ended')).map(({ toolUseId }) => toolUseId)).toEqual(['9', '3', undefined]);
    const many = new SessionRun();
    for (let index = limits.maxOpenCalls + 1; index > 0; index -= 1) many.post(start(String(index)));
    expect(many.state.openCalls).not.toHaveProperty(String(limits.maxOpenCalls + 1));
    expect(many.state.openCalls).toHaveProperty('1');
  });
});

describe('a batch hook', () => {
  it('tells of a denied call what nothing else tells', () => {
    const run = sessionOf([start('a')]);
    const events = run.post(batch('a'));
    expect(events).toMatchObject([
      { type: 'tool.failed', hook: 'PostToolBatch.call', toolUseId: 'a', ok: false, output: 'denied', durationMs: 1000 },
      { type: 'other', hook: 'PostToolBatch' },
    ]);
    // The input came with the start.
    expect(events[0]?.input).toBeUndefined();
    expect(run.state).toMatchObject({ toolCallCount: 1, errorCount: 1, openCalls: {} });
  });

  it('tells of an invalid call, which never started, input and all', () => {
    const run = new SessionRun();
    expect(run.post(batch('never'))).toMatchObject([{ type: 'tool.failed', toolUseId: 'never', input: { from: 'batch' } }, {}]);
    expect(run.state).toMatchObject({ toolCallCount: 1, errorCount: 1 });
  });

  it('accuses no call that ended, however often it comes', () => {
    const run = sessionOf([
      start('a'),
      finish('a'),
      start('b'),
      draft('tool.failed', { tool: 'Bash', toolUseId: 'b', ok: false }),
    ]);
    expect(run.post(batch('a', 'b'))).toHaveLength(1);
    expect(run.post(batch('a', 'b'))).toHaveLength(1);
    expect(run.state).toMatchObject({ toolCallCount: 2, errorCount: 1 });
  });

  it('of one subagent accuses no finished call of another', () => {
    const inside = (subagentId: string) => ({ subagentId });
    const run = sessionOf([
      start('x', 'Bash', inside('X')),
      start('y', 'Bash', inside('Y')),
      finish('x', 'Bash', inside('X')),
      finish('y', 'Bash', inside('Y')),
    ]);
    run.post({ ...batch('x'), subagentId: 'X' });
    expect(run.post({ ...batch('y'), subagentId: 'Y' })).toHaveLength(1);
    expect(run.state).toMatchObject({ toolCallCount: 2, errorCount: 0 });
  });
});

describe('an interrupted call', () => {
  it('is closed at the end of the turn, the main agent’s own only', () => {
    const run = sessionOf([draft('prompt'), start('main'), start('inner', 'Read', { subagentId: 's' })]);
    const events = run.post(draft('turn.finished', { ok: true }));
    expect(events.map(({ type, toolUseId, hook }) => [type, toolUseId, hook])).toEqual([
      ['tool.failed', 'main', 'flightdeck'],
      ['turn.finished', undefined, 'turn.finished'],
    ]);
    expect(Object.keys(run.state.openCalls)).toEqual(['inner']);
  });

  it('of a subagent is closed at that subagent’s end', () => {
    const run = sessionOf([
      start('main'),
      start('one', 'Read', { subagentId: 's1' }),
      start('two', 'Read', { subagentId: 's2' }),
    ]);
    expect(run.post(draft('subagent.finished', { subagentId: 's1' }))).toMatchObject([
      { toolUseId: 'one', text: 'interrupted' },
      {},
    ]);
    expect(Object.keys(run.state.openCalls)).toEqual(['main', 'two']);
  });

  it('that answers after all is no new call', () => {
    const run = sessionOf([start('a'), draft('turn.finished', { ok: true })]);
    run.post(finish('a'));
    expect(run.state).toMatchObject({ toolCallCount: 1, errorCount: 0 });
  });
});

describe('an error of the session', () => {
  const failed = (id: string) => draft('tool.failed', { tool: 'Bash', toolUseId: id, ok: false });

  it('is what its agent says failed: neither a call that was refused, nor one that was interrupted, whatever is said of it later', () => {
    const run = sessionOf([start('mine'), failed('mine')]);
    expect(run.state).toMatchObject({ toolCallCount: 1, errorCount: 1, costs: { tools: { Bash: { failed: 1 } } } });
    run.post(draft('control', { hook: 'flightdeck', control: { action: 'paused', status: 'paused' }, text: 'Paused.' }));
    run.post(start('refused'));
    run.post(failed('refused'));
    expect(run.events.filter(({ toolUseId }) => toolUseId === 'refused')).toMatchObject([
      { type: 'tool.started', refused: { because: 'paused' } },
      { type: 'tool.failed', hook: 'flightdeck', ok: false },
      { type: 'tool.failed', hook: 'tool.failed', ok: false },
    ]);
    expect(run.state).toMatchObject({ toolCallCount: 2, errorCount: 1, costs: { tools: { Bash: { failed: 1 } } } });
    run.post(draft('turn.finished', { ok: false }));
    expect(run.state).toMatchObject({ errorCount: 2 });
  });
});

describe('a subagent', () => {
  it('belongs to the oldest open call of an agent tool that started no other', () => {
    const run = sessionOf([start('a', 'Bash'), start('b', 'Agent'), start('c', 'Task')]);
    const parents = ['s1', 's2', 's3'].map(
      (subagentId) => run.post(draft('subagent.started', { subagentId }))[0]?.parentToolUseId,
    );
    expect(parents).toEqual(['b', 'c', undefined]);
  });

  it('is not its own parent', () => {
    const run = sessionOf([start('inner', 'Agent', { subagentId: 's' })]);
    expect(run.post(draft('subagent.started', { subagentId: 's' }))[0]?.parentToolUseId).toBeUndefined();
    expect(run.post(draft('subagent.started', { subagentId: 'nested' }))[0]?.parentToolUseId).toBe('inner');
  });

  it('has the parent that its agent names, where it names one', () => {
    const run = sessionOf([start('a', 'Agent'), start('b', 'Agent')]);
    const [event] = run.post(draft('subagent.started', { subagentId: 's', parentToolUseId: 'b' }));
    expect(event?.parentToolUseId).toBe('b');
    expect(run.post(draft('subagent.started', { subagentId: 't' }))[0]?.parentToolUseId).toBe('a');
  });
});

describe('a title', () => {
  const prompt = (text: string) => draft('prompt', { text });

  it('is the first line of the first prompt that a person wrote', () => {
    const task = prompt('<task-notification>task 7 is done</task-notification>');
    expect(sessionOf([task, prompt('\n  Fix the build  \nplease'), prompt('and the docs')]).state.title).toBe('Fix the build');
    expect(sessionOf([task]).state.title).toBe('');
  });

  it('gives way to the agent’s own, and both to a person’s', () => {
    const run = sessionOf([prompt('first'), draft('session.started', { facts: { title: 'By the agent' } })]);
    expect(run.state.title).toBe('By the agent');
    run.post(draft('control', { control: { action: 'renamed', title: 'By Ada' } }));
    run.post(draft('session.started', { facts: { title: 'By the agent again' } }));
    expect(run.state).toMatchObject({ title: 'By Ada', titledByPerson: true });
  });

  it('is cut to size between two characters', () => {
    const { title } = sessionOf([prompt(`a${'🛰'.repeat(300)}`)]).state;
    expect(title.length).toBe(limits.maxTitleLength - 1);
    expect(title.isWellFormed()).toBe(true);
  });
});

describe('facts', () => {
  it('are what the last hook said, and a hook that says nothing takes nothing away', () => {
    const facts = { cwd: '/a', repository: 'acme/app', gitBranch: 'main', model: 'opus' };
    const run = sessionOf([
      draft('session.started', { facts }),
      draft('prompt', { facts: { cwd: undefined, model: '' } }),
      draft('prompt'),
    ]);
    expect(run.state).toMatchObject(facts);
    run.post(draft('other', { facts: { cwd: '/b' } }));
    expect(run.state).toMatchObject({ ...facts, cwd: '/b' });
  });

  it('are stored only where they change something, because every hook repeats them', () => {
    const facts = { cwd: '/a', title: 'T' };
    const run = sessionOf([draft('session.started', { facts }), draft('prompt', { facts })]);
    expect(run.records.map(({ marks }) => marks)).toEqual([[{ f: facts }], [{}]]);
  });
});

describe('a repeated event', () => {
  it('is known by its number alone where it has one, by its key where not, and not at all without either', () => {
    const run = new SessionRun();
    const drafts = [draft('message', { n: 1, key: 'k' }), draft('message', { key: 'k' }), draft('message'), draft('message')];
    expect(run.ingest({ stream: 's', drafts })).toMatchObject({ accepted: 3, duplicates: 1 });
    expect(run.ingest({ stream: 's', drafts })).toMatchObject({ accepted: 2, duplicates: 2 });
    expect(run.ingest({ stream: 't', drafts: [draft('message', { n: 1 })] })).toMatchObject({ accepted: 1 });
  });

  it('within one POST is one event', () => {
    const run = new SessionRun();
    expect(run.post(start('a', 'Bash', { key: 'pre:a' }), start('a', 'Bash', { key: 'pre:a' }))).toHaveLength(1);
    expect(run.ingest({ stream: 's', drafts: [draft('other', { n: 2 }), draft('other', { n: 2 })] })).toMatchObject({
      accepted: 1,
      duplicates: 1,
    });
  });

  it('closes and opens nothing a second time', () => {
    const run = sessionOf([start('a', 'Bash', { key: 'pre:a' }), finish('a', 'Bash', { key: 'post:a' })]);
    expect(run.post(start('a', 'Bash', { key: 'pre:a' }))).toEqual([]);
    expect(run.state).toMatchObject({ toolCallCount: 1, openCalls: {}, lastSeq: 2 });
  });
});

describe('an event', () => {
  it('has the time its agent says, else the time we heard of it, and a number without holes', () => {
    const run = sessionOf([draft('prompt', { at: '2020-01-01T00:00:00.000Z' }), draft('prompt')]);
    expect(run.events).toMatchObject([
      { seq: 1, at: '2020-01-01T00:00:00.000Z', receivedAt: new Date(startMs + 1000).toISOString() },
      { seq: 2, at: new Date(startMs + 2000).toISOString() },
    ]);
    expect(run.state.lastEventAtMs).toBe(startMs + 2000);
  });
});
