import { describe, expect, it } from 'vitest';
import type { ExportedEvent, ExportedSummary } from '../../../wire/export.ts';
import { labelsOf, relabelEvent, relabelSummary } from '../../../worker/domain/archive/relabel.ts';

const [a, b, c] = ['a', 'b', 'c'].map((letter) => `ses_${letter.repeat(20)}`) as [string, string, string];
const here = (id: string) => `ses_${'z'.repeat(19)}${id.at(-1)}`;
const labels = labelsOf([
  [a, here(a)],
  [b, here(b)],
  ['my own name', here(c)],
]);

describe('what a file calls its sessions', () => {
  it('is what they are called here, wherever a summary names them', () => {
    const session = { id: a, parentId: b, title: 'my own name', collisions: [{ path: 'x', sessionId: b, title: '', until: '' }] };
    const ids = { id: here(a), externalId: 'one', projectId: 'prj_1', userId: 'usr_1' };
    expect(relabelSummary(session as unknown as ExportedSummary, labels, ids)).toEqual({
      ...ids,
      parentId: here(b),
      title: 'my own name',
      collisions: [{ path: 'x', sessionId: here(b), title: '', until: '' }],
    });
  });

  it('is so in an event’s id and in what was done to the session, not in what was said', () => {
    const event = {
      ...{ seq: 3, id: `evt_${a.slice(4)}_3`, text: a, input: { id: a } },
      control: { action: 'collided', otherSessionId: b, parentId: c },
    };
    expect(relabelEvent(event as unknown as ExportedEvent, labels, { from: a, to: here(a) })).toEqual({
      ...{ seq: 3, id: `evt_${here(a).slice(4)}_3`, text: a, input: { id: a } },
      control: { action: 'collided', otherSessionId: here(b), parentId: c },
    });
    const [taken, own] = [`snp_${'0'.repeat(26)}`, `snp_${'1'.repeat(26)}`];
    const kept = { id: 'own', text: `kept 1 file, as ${taken}`, control: { action: 'snapshot_taken', snapshotId: taken } };
    const known = labelsOf([[taken, own]]);
    expect(relabelEvent(kept as unknown as ExportedEvent, known, { from: a, to: b }), 'and in our own words about it').toEqual({
      ...{ id: 'own', text: `kept 1 file, as ${own}`, control: { action: 'snapshot_taken', snapshotId: own } },
    });
    expect(relabelEvent({ id: 'own' } as ExportedEvent, labels, { from: a, to: b })).toEqual({ id: 'own' });
  });
});
