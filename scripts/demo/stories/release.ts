import { ClaudeCodeSession } from '../claude-code.ts';
import type { Story } from '../step.ts';

const workspace = { cwd: '/home/robin/src/checkout-client', repository: 'harbor/checkout-client', branch: 'release/2.4' };

const session = new ClaudeCodeSession(workspace)
  .prompt('Release version 2.4.0 of the client package.')
  .say('The changelog is complete. I set the version and run the tests once more before publishing.', {
    input: 1100,
    output: 60,
    cacheWrite: 9200,
  })
  .edit('package.json', '  "version": "2.3.1",', '  "version": "2.4.0",', 3)
  .bash('npm test', 'Run the tests', '# tests 212\n# pass 212\n# fail 0\n', 3900)
  .wants('npm publish --access public', 'Publish 2.4.0 to the registry');

/** Waits for somebody in Flightdeck: a rule asks about publishing. */
export const release: Story = { title: 'Release 2.4.0', project: 'checkout-api', startsAfterMs: 2500, steps: session.steps };
