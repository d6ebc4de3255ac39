import { describe, expect, it } from 'vitest';
import { NativeAgent } from '../../../wire/agent.ts';
import { dialects } from '../../../worker/adapters/index.ts';
import { recordedSequences } from './recordings.ts';

const turn = 'message, tool.started, tool.finished, other';

// Whole recorded sessions in order of arrival; a recording without a line here fails.
const expected: Record<NativeAgent, Record<string, string>> = {
  'claude-code': {
    basic: `other, session.started, prompt, ${turn}, message, turn.finished, session.ended`,
    basic_command: `session.started, other, prompt, ${turn}, message, turn.finished, session.ended`,
    batch:
      'session.started, other, prompt, message, tool.started, tool.started, tool.finished, tool.finished, other, message, turn.finished, session.ended',
    fail: 'session.started, other, prompt, message, tool.started, tool.failed, other, message, turn.finished, session.ended',
    files: `session.started, other, prompt, ${turn}, ${turn}, ${turn}, ${turn}, ${turn}, message, turn.finished, session.ended`,
    interactive:
      'session.started, other, prompt, message, turn.finished, prompt, tool.started, message, tool.finished, other, message, turn.finished, ' +
      'prompt, prompt, prompt, tool.started, message, prompt, message, turn.finished, other, other, other, session.ended, ' +
      'session.started, prompt, other, message, turn.finished, notification, session.ended',
    mcp: `other, prompt, ${turn}, message, tool.started, other, tool.finished, other, ${turn}, message, turn.finished, session.ended`,
    perm: 'session.started, other, prompt, message, tool.started, permission.requested, other, message, turn.finished, session.ended',
    subagent:
      'session.started, other, prompt, message, tool.started, subagent.started, tool.started, tool.finished, other, subagent.finished, ' +
      'tool.finished, other, message, turn.finished, session.ended',
    tasks:
      'session.started, other, prompt, message, tool.started, other, tool.finished, other, message, tool.started, other, tool.finished, ' +
      'other, message, turn.finished, session.ended',
  },
  codex: { basic: 'session.started, prompt, tool.started, tool.finished, turn.finished, turn.finished, session.ended' },
  'gemini-cli': {
    basic:
      'session.started, prompt, other, other, other, usage, tool.started, tool.finished, other, other, other, message, usage, turn.finished, session.ended',
  },
};

for (const agent of NativeAgent.options) {
  describe(`recorded sessions of ${agent}`, () => {
    it.each(recordedSequences(agent))('“$name” is read to the end, in order', ({ name, bodies }) => {
      const types = bodies.flatMap((body) => {
        const read = dialects[agent].read(body);
        return read.ok ? read.drafts.map((draft) => draft.type) : [read.message];
      });
      expect(types.join(', ')).toBe(expected[agent][name]);
    });

    it.each(recordedSequences(agent))('no two hooks of “$name” share a key', ({ bodies }) => {
      const keys = bodies.flatMap((body) => {
        const read = dialects[agent].read(body);
        return read.ok
          ? read.drafts.flatMap((draft) => (draft.key === undefined ? [] : [`${read.externalId} ${draft.key}`]))
          : [];
      });
      expect(new Set(keys).size).toBe(keys.length);
    });
  });
}
