import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NativeAgent } from '../../../wire/agent.ts';
import { dialects } from '../../../worker/adapters/index.ts';
import { recorded, recordedHooks } from './recordings.ts';

for (const agent of NativeAgent.options) {
  const bodies = recordedHooks(agent).map((name) => recorded(agent, name) as Record<string, unknown>); // recordings are objects

  describe(`hostile hooks of ${agent}`, () => {
    it('are read without throwing, and every one that names its session becomes at least one draft', () => {
      const damaged = fc
        .constantFrom(...bodies)
        .chain((body) =>
          fc.tuple(
            fc.constant(body),
            fc.subarray(Object.keys(body)),
            fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 25, maxLength: 25 }),
          ),
        );
      fc.assert(
        fc.property(damaged, ([body, fields, values]) => {
          const broken = { ...body, ...Object.fromEntries(fields.map((field, at) => [field, values[at]])) };
          const read = dialects[agent].read(broken);
          if (read.ok) expect(read.drafts.length).toBeGreaterThan(0);
          else expect(read.message).not.toBe('');
        }),
        { numRuns: 2000, seed: 7 },
      );
    });

    it('that are any JSON at all are read without throwing', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          expect(dialects[agent].read(value).ok).toBe(false);
        }),
        { numRuns: 500, seed: 7 },
      );
    });

    it('keep everything when any one field has a type that it never has', () => {
      for (const body of bodies) {
        for (const field of Object.keys(body)) {
          const broken = { ...body, [field]: [{ wrong: true }] };
          const read = dialects[agent].read(broken);
          if (['session_id', 'hook_event_name', 'thread-id', 'type'].includes(field)) {
            expect(read.ok).toBe(false);
            continue;
          }
          expect(JSON.stringify(read)).toMatch(field === 'transcript_path' ? /./ : /"wrong":true/);
        }
      }
    });
  });
}
