/** What somebody asked for with `/flightdeck`. */
export type SlackCommand =
  | { verb: 'help' }
  | { verb: 'sessions' }
  | { verb: 'show' | 'pause' | 'resume' | 'stop'; sessionId: string }
  | { verb: 'start'; project: string; prompt: string }
  | { verb: 'wrong'; message: string };

export const slackHelp: readonly { usage: string; what: string }[] = [
  { usage: 'sessions', what: 'what runs, waits or is paused' },
  { usage: 'show <id>', what: 'how one stands; its id, or the address of its page' },
  { usage: 'pause <id>', what: 'has its agent wait' },
  { usage: 'resume <id>', what: 'lets it go on' },
  { usage: 'stop <id>', what: 'ends it' },
  { usage: 'start <project> <what to do>', what: 'asks for a session, which a machine with `flightdeck work` takes' },
  { usage: 'help', what: 'this' },
];

/** Reads what follows `/flightdeck`. A project whose name has spaces stands in quotation marks, of whichever kind a keyboard makes. */
export function slackCommand(text: string): SlackCommand {
  const said = unescaped(text).trim();
  const [verb = ''] = said.split(/\s/, 1);
  const rest = said.slice(verb.length).trim();
  switch (verb.toLowerCase()) {
    case '':
    case 'help':
      return { verb: 'help' };
    case 'sessions':
    case 'list':
      return { verb: 'sessions' };
    case 'show':
    case 'pause':
    case 'resume':
    case 'stop':
      return about(verb.toLowerCase(), rest);
    case 'start':
      return startOf(rest);
    default:
      return wrong(`There is no “${verb.slice(0, 40)}”. Type /flightdeck help for what there is.`);
  }
}

function about(word: string, rest: string): SlackCommand {
  const [sessionId] = /ses_[a-z2-7]{20}(?![a-z0-9])/.exec(rest) ?? [];
  // The four that lead here.
  const verb = word as 'show' | 'pause' | 'resume' | 'stop';
  return sessionId === undefined ? wrong(`Say which session: /flightdeck ${verb} ses_…`) : { verb, sessionId };
}

function startOf(rest: string): SlackCommand {
  const [, quoted, plain, prompt = ''] = /^(?:["“”„«]([^"“”„«»]*)["“”»]|(\S+))\s*([\s\S]*)$/.exec(rest) ?? [];
  const project = (quoted ?? plain ?? '').trim();
  if (project === '') return wrong('Say for which project, and what to do: /flightdeck start web Mend the login race');
  return prompt.trim() === ''
    ? wrong(`Say what to do: /flightdeck start ${project} Mend the login race`)
    : { verb: 'start', project, prompt: prompt.trim() };
}

/** Slack writes these three as entities wherever somebody types them. */
const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const wrong = (message: string): SlackCommand => ({ verb: 'wrong', message });
