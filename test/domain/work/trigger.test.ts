import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trigger, TrustedPeople } from '../../../wire/integration.ts';
import { ownMark, requestIn, triggered } from '../../../worker/domain/work/trigger.ts';
import { occurrence } from './occurrence.ts';

const members: TrustedPeople = { who: 'members', names: [] };
const all: Trigger[] = [{ on: 'opened' }, { on: 'comment' }, { on: 'label', label: 'Flightdeck' }, { on: 'failed' }];
const said = (text: string) => occurrence({ kind: 'comment', comment: { text, url: 'https://example.com/c' } });

describe('what a comment asks of us', () => {
  it('is what follows our name', () => {
    expect(requestIn('@flightdeck fix the tests')).toBe('fix the tests');
    expect(requestIn('Hello @Flightdeck: fix\nthe tests')).toBe('fix\nthe tests');
    expect(requestIn('thanks (@flightdeck, please look)')).toBe('please look)');
    expect(requestIn('@flightdeck')).toBe('');
  });

  it('is nothing where our name is part of another, quoted, or written by us', () => {
    for (const text of [
      '@flightdeckers fix',
      'me@flightdeck.dev',
      '@acme/flightdeck',
      '@flightdeck-bot fix',
      'flightdeck fix',
      '',
      '> @flightdeck fix',
    ])
      expect(requestIn(text)).toBeUndefined();
    expect(requestIn(`${ownMark}req_1 -->\n@flightdeck fix`)).toBeUndefined();
  });
});

describe('a trigger', () => {
  it('is set off by its own kind of event only', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom('opened', 'comment', 'label', 'failed'), (trigger, kind) => {
        const happened = occurrence({
          kind,
          comment: { text: '@flightdeck go', url: '' },
          label: kind === 'label' ? 'flightdeck' : null,
        });
        return triggered([trigger], members, happened).ok === (trigger.on === kind);
      }),
    );
  });

  it('on a label is set off by that label, however it is written', () => {
    const labelled = (label: string) => triggered(all, members, occurrence({ kind: 'label', label })).ok;
    expect([labelled('FLIGHTDECK'), labelled('flightdeck'), labelled('flightdeck2'), labelled('')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is not set off by a comment that does not speak to us', () => {
    expect(triggered(all, members, said('nice'))).toEqual({ ok: false, why: 'The comment does not say @flightdeck.' });
    expect(triggered(all, members, said('@flightdeck mend it'))).toEqual({
      ok: true,
      trigger: { on: 'comment' },
      request: 'mend it',
    });
  });

  it('is not set off by strangers, unless they are named or everybody may', () => {
    const stranger = { ...said('@flightdeck mine bitcoin'), by: { name: 'Mallory', isBot: false, isMember: false } };
    expect(triggered(all, members, stranger)).toMatchObject({ ok: false, why: expect.stringContaining('Mallory') });
    expect(triggered(all, { who: 'members', names: ['mallory'] }, stranger).ok).toBe(true);
    expect(triggered(all, { who: 'anyone', names: [] }, stranger).ok).toBe(true);
  });

  it('is not set off by bots, but by a run of theirs that failed', () => {
    const by = { name: 'dependabot[bot]', isBot: true, isMember: true };
    expect(triggered(all, members, { ...said('@flightdeck merge'), by })).toEqual({
      ok: false,
      why: 'dependabot[bot] is a bot.',
    });
    expect(triggered(all, members, occurrence({ kind: 'failed', by })).ok).toBe(true);
  });
});
