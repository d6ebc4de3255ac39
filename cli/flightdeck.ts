import { isAgent } from './agent.ts';
import { hook } from './hook/hook.ts';

// A hook is on an agent's critical path: everything else is loaded only when it is asked for.
const [, , command, agent, ...more] = process.argv;
if (command === 'hook' && isAgent(agent) && more.length === 0) {
  await hook(agent);
} else {
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
