import { signal } from '@preact/signals';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApprovalFocusModel, seenAfterMs } from '../../../web/models/approvals/approval-focus.ts';

const cards = (...ids: string[]) => ids.map((id) => ({ sessionId: 'ses_1', id }));

function open(...ids: string[]) {
  const items = signal(cards(...ids));
  const focus = new ApprovalFocusModel(items);
  const ofScreen = () => focus.key.value;
  return {
    focus,
    ofScreen,
    wait(...next: string[]) {
      items.value = cards(...next);
    },
    /** What the page does once the browser has painted. */
    paint: (nowMs: number) => focus.draw(ofScreen(), nowMs),
  };
}

describe('the card that the keys work on', () => {
  it('stays the same call when more urgent ones come above it, and when others above it are answered', () => {
    const { focus, ofScreen, wait } = open('a', 'b');
    expect([ofScreen(), focus.index.value]).toEqual(['ses_1/a', 0]);
    wait('new', 'a', 'b');
    expect([ofScreen(), focus.index.value]).toEqual(['ses_1/a', 1]);
    focus.move(1);
    wait('b');
    expect([ofScreen(), focus.index.value]).toEqual(['ses_1/b', 0]);
  });

  it('is the one in its place once it is answered, the last one at the end, and the first after none', () => {
    const { focus, ofScreen, wait } = open('a', 'b', 'c');
    focus.move(1);
    wait('a', 'c');
    expect(ofScreen()).toBe('ses_1/c');
    wait('a');
    expect(ofScreen()).toBe('ses_1/a');
    wait();
    expect(ofScreen()).toBeNull();
    wait('d', 'e');
    expect(ofScreen()).toBe('ses_1/d');
  });

  it('is never left for as long as it waits, whatever happens around it', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
    fc.assert(
      fc.property(ids, fc.array(ids), (first, changes) => {
        const { ofScreen, wait } = open(...first);
        for (const next of changes) {
          const before = ofScreen();
          wait(...next);
          const stays = next.some((id) => `ses_1/${id}` === before);
          if (stays) expect(ofScreen()).toBe(before);
          else expect(next.map((id) => `ses_1/${id}`)).toContain(ofScreen());
        }
      }),
    );
  });

  it('is walked to its ends, and reached by a link', () => {
    const { focus, ofScreen } = open('a', 'b', 'c');
    focus.move(-1);
    expect(ofScreen()).toBe('ses_1/a');
    focus.go({ sessionId: 'ses_1', id: 'c' });
    focus.move(1);
    expect(ofScreen()).toBe('ses_1/c');
    focus.go({ sessionId: 'ses_1', id: 'gone' });
    expect(ofScreen()).toBe('ses_1/c');
  });

  it('is not allowed by a key that was meant for the card before it: it has to be seen first', () => {
    const { focus, wait, paint } = open('a', 'b');
    expect(focus.wasSeen(1e6), 'nothing is drawn yet').toBe(false);
    paint(1000);
    expect(focus.wasSeen(1000 + seenAfterMs)).toBe(true);
    wait('b');
    expect(focus.wasSeen(3000), 'not drawn yet').toBe(false);
    paint(3010);
    expect(focus.wasSeen(3200)).toBe(false);
    expect(focus.wasSeen(3010 + seenAfterMs)).toBe(true);
    wait('new', 'b');
    expect(focus.wasSeen(4000), 'it is still the one that was read').toBe(true);
  });
});
