import { describe, expect, it } from 'vitest';
import { databaseId, ensureBucket, hasSecret } from '../../scripts/deploy/resources.ts';
import { RunError } from '../../scripts/local/run.ts';

/** Plays wrangler: answers in order, and records what it was asked. */
function scripted(...answers: (string | RunError)[]) {
  const asked: string[] = [];
  const wrangler = async (args: string[]) => {
    asked.push(args.join(' '));
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`Nobody expected: ${args.join(' ')}`);
    if (answer instanceof RunError) throw answer;
    return answer;
  };
  return { asked, wrangler };
}
const failure = (output: string) => new RunError('wrangler', 1, output);

describe('a deployment', () => {
  it('reuses the database of its name', async () => {
    const { asked, wrangler } = scripted('[{ "name": "other", "uuid": "1" }, { "name": "flightdeck", "uuid": "2" }]');
    expect(await databaseId(wrangler, 'flightdeck')).toBe('2');
    expect(asked).toEqual(['d1 list --json']);
  });

  it('creates it where there is none', async () => {
    const { asked, wrangler } = scripted('[]', 'created', '[{ "name": "flightdeck", "uuid": "3" }]');
    expect(await databaseId(wrangler, 'flightdeck')).toBe('3');
    expect(asked[1]).toBe('d1 create flightdeck');
  });

  it('is content with a bucket that exists, and with no other failure', async () => {
    await ensureBucket(scripted(failure('The bucket you tried to create already exists [code: 10004]')).wrangler, 'archive');
    await expect(ensureBucket(scripted(failure('Not authenticated')).wrangler, 'archive')).rejects.toThrow('Not authenticated');
  });

  it('makes a signing secret only for a Worker that is not there or has none', async () => {
    const has = (answer: string | RunError) => hasSecret(scripted(answer).wrangler, 'wrangler.deploy.toml', 'SIGNING_SECRET');
    expect(await has('[{ "name": "SIGNING_SECRET", "type": "secret_text" }]')).toBe(true);
    expect(await has('[]')).toBe(false);
    expect(await has(failure('This Worker does not exist on your account. [code: 10007]'))).toBe(false);
    await expect(has(failure('fetch failed'))).rejects.toThrow('fetch failed');
  });
});
