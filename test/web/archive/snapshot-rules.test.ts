import { expect, test } from 'vitest';
import { draftOf, rulesIn } from '../../../web/models/archive/snapshot-rules.ts';
import { noSnapshotRules } from '../../../wire/snapshot-rules.ts';

test('rules go through the form and come out the same', () => {
  const rules = { atStart: true, atEnd: false, everyMinutes: 15, beforeTools: ['Bash', 'mcp__*'] };
  expect(rulesIn(draftOf(rules))).toEqual({ ok: true, rules });
  expect(rulesIn(draftOf(noSnapshotRules))).toEqual({ ok: true, rules: noSnapshotRules });
});

test.each([
  [{ minutes: '2' }, 'minutes'],
  [{ minutes: '7.5' }, 'minutes'],
  [{ minutes: 'often' }, 'minutes'],
  [{ tools: Array.from({ length: 21 }, (_, n) => `t${n}`).join(',') }, 'tools'],
])('%j is refused at its field', (part, field) => {
  expect(rulesIn({ ...draftOf(noSnapshotRules), ...part })).toMatchObject({ ok: false, field });
});
