import { ClaudeCodeSession } from '../claude-code.ts';
import type { Story } from '../step.ts';

const workspace = { cwd: '/home/robin/src/mailer', repository: 'harbor/mailer', branch: 'main' };
// Shaped like a key, and nobody's: it is there to be masked.
const key = ['AKIA', 'Q4T7ZK2MVXW3', 'RB5N'].join('');

const session = new ClaudeCodeSession(workspace)
  .prompt('Rotate the mail key in staging and tell me which services still use the old one.')
  .say('Looking at what staging holds now.', { input: 1300, output: 40, cacheWrite: 8700 })
  .bash(
    'kubectl get secret mail -o jsonpath={.data.env} | base64 -d',
    'Read the current secret',
    `AWS_ACCESS_KEY_ID=${key}\nMAIL_FROM=hello@harbor.example\n`,
    880,
  )
  .bash(
    'kubectl get deploy -o name -l uses=mail',
    'Who uses it',
    'deployment.apps/mailer\ndeployment.apps/receipts\ndeployment.apps/digest\n',
    610,
  )
  .write(
    'k8s/staging/mail.sealed.yaml',
    'kind: SealedSecret\nmetadata:\n  name: mail\nspec:\n  encryptedData:\n    env: AgBy3i4OJSWK…\n',
  )
  .stop(
    'The new key is sealed and committed. `mailer` and `digest` have restarted with it; **`receipts` still reads the old one** at start-up, and needs a deploy.',
    {
      input: 480,
      output: 120,
      cacheRead: 14_900,
      cacheWrite: 1400,
    },
  )
  .end();

/** Completes; its secret is masked. */
export const rotateKey: Story = { title: 'Rotate the mail key', project: 'platform', startsAfterMs: 9000, steps: session.steps };
