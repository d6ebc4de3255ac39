import { setTimeout as wait } from 'node:timers/promises';
import { agents, isAgent, titleOf } from '../agent.ts';
import { readConfig } from '../config.ts';
import { exitCodes, Failure } from '../failure.ts';
import { deliver, type Line } from '../hook/delivery.ts';
import { flushInBackground } from '../hook/flusher.ts';
import { endOutage } from '../hook/outage.ts';
import { Spool } from '../hook/spool.ts';
import { spoolRoot } from '../hook/spool-root.ts';
import { say } from '../terminal.ts';
import type { Command } from './command.ts';

export const flush: Command = {
  summary: 'Send the hooks that are still on this machine',
  usage: 'flush [agent]',
  help: ['Hooks start this by themselves, as `flush <agent> --background`; by hand it is for after an outage.'],
  options: { background: { type: 'boolean' } },
  maxPositionals: 1,
  run: async ([wanted], options) => {
    if (wanted !== undefined && !isAgent(wanted))
      throw new Failure(`There is no agent "${wanted}". One of: ${agents.join(', ')}`, exitCodes.usage);
    const { connections } = readConfig();
    for (const agent of agents) {
      const connection = connections[agent];
      if (!connection || (wanted !== undefined && wanted !== agent)) continue;
      const root = spoolRoot(agent, connection);
      if (options.has('background')) {
        await flushInBackground(root, agent, connection);
        continue;
      }
      const count = await sendAll(Spool.all(root), { agent, connection });
      endOutage(root);
      say(`${titleOf(agent)}: ${count === 0 ? 'nothing was waiting' : `${count} hooks sent`}.`);
    }
    return exitCodes.ok;
  },
};

/** Sends everything, and waits for questions that a killed hook has left open; resolves to how many hooks were sent. */
async function sendAll(spools: readonly Spool[], line: Omit<Line, 'deadlineMs'>): Promise<number> {
  let count = 0;
  for (const spool of spools) {
    for (const openUntilMs = Date.now() + line.connection.waitMs + 500; ; await wait(100)) {
      const sent = await deliver(spool, { ...line, deadlineMs: Date.now() + 60_000 });
      if (!sent.ok) {
        const words = `${line.connection.url} does not take them (${sent.reason}). They stay here; try again later.`;
        throw new Failure(words, exitCodes.unreachable);
      }
      count += sent.sentCount;
      if (spool.isEmpty() || Date.now() > openUntilMs) break;
    }
  }
  return count;
}
