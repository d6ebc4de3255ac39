import { ClaudeCodeSession } from '../claude-code.ts';
import type { Story } from '../step.ts';

const workspace = { cwd: '/home/sana/src/checkout-api', repository: 'harbor/checkout-api', branch: 'chore/payments-19' };

const session = new ClaudeCodeSession(workspace)
  .prompt('Upgrade the payments SDK from 18 to 19 and fix what breaks. Publish a release candidate when the tests pass.')
  .say('Reading the changelog first, then our three call sites.', { input: 1520, output: 70, cacheWrite: 11_900 })
  .bash('npm install --save-exact payments-sdk@19.2.0', 'Upgrade', 'changed 3 packages in 4s\n', 4100)
  .fail(
    'npx tsc --noEmit',
    'What breaks',
    "Exit code 2\nsrc/pay/charge.ts(41,17): error TS2339: Property 'source' does not exist on type 'Charge'. Did you mean 'paymentMethod'?\nsrc/pay/webhook.ts(12,9): error TS2345: Argument of type 'string' is not assignable to parameter of type 'Uint8Array'.",
    6200,
  )
  .edit('src/pay/charge.ts', '  const card = charge.source.card;', '  const card = charge.paymentMethod.card;', 41)
  .edit(
    'src/pay/webhook.ts',
    '  const event = verify(await request.text(), signature, secret);',
    '  const event = verify(new Uint8Array(await request.arrayBuffer()), signature, secret);',
    12,
  )
  .bash(
    'npx tsc --noEmit && npm test -- src/pay',
    'Types and tests',
    ' Test Files  6 passed (6)\n      Tests  84 passed (84)\n',
    9400,
  )
  .say('All 84 tests pass. Publishing a release candidate changes the registry, so this needs your word.', {
    input: 310,
    output: 58,
    cacheRead: 24_600,
    cacheWrite: 1300,
  })
  .askFor('npm version 2.15.0-rc.1 && npm publish --tag next', 'Publish the release candidate');

/** Waits for a person at its end. */
export const paymentUpgrade: Story = {
  title: 'Upgrade the payments SDK',
  project: 'checkout-api',
  startsAfterMs: 4000,
  steps: session.steps,
};
