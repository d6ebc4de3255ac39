import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

it('a command whose reader has gone ends without a word', async () => {
  const child = spawn(process.execPath, ['cli/flightdeck.ts', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  // As `| head -0` does.
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect({ code, err }).toEqual({ code: 1, err: '' });
});
