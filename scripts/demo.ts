// `npm run demo`, with the server up: signs in somebody made up and lets agents work for them, at a pace one can follow.
// `--fast` sends everything at once. PORT and STATE_DIR say which server, as for `npm start`.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectTokens } from './demo/projects.ts';
import { replay } from './demo/replay.ts';
import { demoRules } from './demo/rules.ts';
import { stories } from './demo/stories.ts';
import { type Account, logIn, signUp } from './local/account.ts';
import { root } from './local/root.ts';

const { values } = parseArgs({ options: { fast: { type: 'boolean', default: false } } });
const url = `http://127.0.0.1:${process.env.PORT || 8787}`;
const stateDir = resolve(root, process.env.STATE_DIR || '.state');
const email = 'robin@harbor.example';

const up = await fetch(`${url}/api/health`).catch(() => null);
if (!up?.ok) {
  console.error(`Nothing answers at ${url}. Start the server first, in another terminal: npm start`);
  process.exit(1);
}
const password = demoPassword();
const account = (await logIn(url, email, password)) ?? (await firstVisit());
const tokens = await projectTokens(account, `Demo ${new Date().toISOString().slice(0, 16)}`);
await demoRules(account);

console.log(`Open ${url} and log in as ${email} with ${password}`);
console.log(`${stories.length} sessions ${values.fast ? 'at once' : 'over the next half minute; Ctrl-C ends it'}.`);
await Promise.all(stories.map((story) => replay(story, url, tokens[story.project], values.fast ? 0 : 1)));
console.log('All of it is sent. One session still runs, one waits at its terminal, and one wants to publish: open Approvals.');

function firstVisit(): Promise<Account> {
  return signUp(url, { email, password, name: 'Robin Vale', organization: 'Harbor' });
}

/** Random, and kept beside the server's state, so that a later demo is the same person's. */
function demoPassword(): string {
  const file = join(stateDir, 'demo-password');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const made = randomBytes(9).toString('base64url');
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(file, made, { mode: 0o600 });
    return made;
  }
}
