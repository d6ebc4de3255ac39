import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slackCommand } from '../../../worker/domain/work/slack-command.ts';

const id = 'ses_abcdefghij234567abcd';

describe('what follows /flightdeck', () => {
  it.each([
    ['', { verb: 'help' }],
    ['  HELP ', { verb: 'help' }],
    ['sessions', { verb: 'sessions' }],
    ['list', { verb: 'sessions' }],
    [`show ${id}`, { verb: 'show', sessionId: id }],
    [`Pause https://flightdeck.example/org_1/sessions/${id}#e7`, { verb: 'pause', sessionId: id }],
    [`stop \`${id}\``, { verb: 'stop', sessionId: id }],
    [`resume ${id}`, { verb: 'resume', sessionId: id }],
    ['start web Mend the login', { verb: 'start', project: 'web', prompt: 'Mend the login' }],
    ['start "My web" Mend\nit', { verb: 'start', project: 'My web', prompt: 'Mend\nit' }],
    ['start “My web” Mend it', { verb: 'start', project: 'My web', prompt: 'Mend it' }],
    ['start web if a &lt; b &amp;&amp; c', { verb: 'start', project: 'web', prompt: 'if a < b && c' }],
  ])('%j is understood', (text, command) => {
    expect(slackCommand(text)).toEqual(command);
  });

  it.each([
    ['show', 'Say which session: /flightdeck show ses_…'],
    [`stop ${id}x`, 'Say which session: /flightdeck stop ses_…'],
    ['start', 'Say for which project, and what to do: /flightdeck start web Mend the login race'],
    ['start web', 'Say what to do: /flightdeck start web Mend the login race'],
    ['dance', 'There is no “dance”. Type /flightdeck help for what there is.'],
  ])('%j is answered with what to type', (text, message) => {
    expect(slackCommand(text)).toEqual({ verb: 'wrong', message });
  });

  it('is always answered, whatever it is', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => slackCommand(text).verb !== undefined));
  });

  it('names the project and the prompt that somebody typed', () => {
    const word = fc.stringMatching(/^[\w-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), word, (names, prompt) => {
        const project = names.join(' ');
        expect(slackCommand(`start "${project}" ${prompt}`)).toEqual({ verb: 'start', project, prompt });
      }),
    );
  });
});
