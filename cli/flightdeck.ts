import { isAgent } from './agent.ts';
import { hook, warn } from './hook/hook.ts';

// A hook is on an agent's critical path: everything else is loaded only when it is asked for.
const [, , command, agent, ...more] = process.argv;
if (typeof process.getBuiltinModule !== 'function') {
  warn(`this is Node ${process.version}; version 20.16 or later is needed.`);
  process.exitCode = command === 'hook' ? 0 : 1;
} else if (command === 'hook' && isAgent(agent) && more.length === 0) {
  // Whatever goes wrong here must not look like an answer to the agent.
  await hook(agent).catch((error: Error) => warn(error.message));
} else {
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
