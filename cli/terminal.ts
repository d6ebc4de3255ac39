import { createInterface } from 'node:readline';
import { exitCodes, Failure } from './failure.ts';

/** Colours on a terminal that wants them (https://no-color.org), plain text everywhere else. */
export const isColourful = (stream: { isTTY?: boolean } = process.stdout): boolean =>
  stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

const paint = (code: string) => (text: string) => (isColourful() ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const green = paint('32');
export const yellow = paint('33');

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** Text from elsewhere, safe to show: control characters could move the cursor or more. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

/** Asks a person; throws a Failure where nobody sits at a terminal. A hidden answer shows nothing while it is typed. */
export async function prompt(
  question: string,
  { hidden = false, instead }: { hidden?: boolean; instead: string },
): Promise<string> {
  if (!process.stdin.isTTY) throw new Failure(`Nobody is at a terminal to be asked. ${instead}`, exitCodes.usage);
  process.stderr.write(question);
  const typed = createInterface({
    input: process.stdin,
    output: hidden ? undefined : process.stderr,
    terminal: hidden ? true : undefined,
  });
  try {
    return await new Promise<string>((resolve, reject) => {
      typed.once('line', resolve);
      typed.once('SIGINT', () => reject(new Failure('Nothing was changed.', 130)));
      typed.once('close', () => reject(new Failure('Nothing was typed.')));
    });
  } finally {
    typed.close();
    if (hidden) process.stderr.write('\n');
  }
}

/** Asks whether to go on; anything but a yes is a no. */
export async function agrees(question: string): Promise<boolean> {
  const typed = await prompt(`${question} [y/N] `, { instead: 'Say --yes, or look first with --dry-run.' });
  return /^y(es)?$/i.test(typed.trim());
}

/** All of standard input, without the line break at its end. */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer); // No encoding is set.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
