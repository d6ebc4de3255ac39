import { parseArgs } from 'node:util';
import { agents } from './agent.ts';
import { branch } from './commands/branch.ts';
import { type Command, Options } from './commands/command.ts';
import { connect } from './commands/connect.ts';
import { approve, deny } from './commands/decide.ts';
import { disconnect } from './commands/disconnect.ts';
import { doctor } from './commands/doctor.ts';
import { flush } from './commands/flush.ts';
import { hookHelp } from './commands/hook-help.ts';
import { login, logout } from './commands/login.ts';
import { merge } from './commands/merge.ts';
import { message } from './commands/message.ts';
import { restore, snapshot, snapshots } from './commands/snapshot.ts';
import { status } from './commands/status.ts';
import { exportCommand, importCommand } from './commands/transfer.ts';
import { work } from './commands/work.ts';
import { exitCodes, Failure } from './failure.ts';
import { bold, red, say } from './terminal.ts';

const commands: Record<string, Command> = {
  ...{ login, logout, connect, disconnect, status, approve, deny, message },
  ...{ snapshot, snapshots, restore, branch, merge, work },
  ...{ export: exportCommand, import: importCommand },
  ...{ doctor, flush, hook: hookHelp },
};

/** Runs one command; resolves to the exit code and has said what went wrong. */
export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  endWithReader(name);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return overview();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return failed(new Failure(`There is no command "${name}". See: flightdeck --help`, exitCodes.usage));
  const { own, others } = parted(command, rest);
  if (own.includes('--help') || own.includes('-h')) return helpOf(command);
  try {
    const { positionals, values } = parsed(command, own);
    return await command.run(positionals, new Options(values), others);
  } catch (error) {
    return failed(error);
  }
}

/** Whoever read along has gone (`| head`), and nobody hears how the rest went; only what is done for others goes on. */
function endWithReader(name: string | undefined): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (name !== 'work') process.exit(exitCodes.failed);
  });
}

/** A command's own words, and those after `--` where they are for another. */
function parted({ takesRest }: Command, args: string[]): { own: string[]; others: string[] } {
  const at = takesRest ? args.indexOf('--') : -1;
  return at === -1 ? { own: args, others: [] } : { own: args.slice(0, at), others: args.slice(at + 1) };
}

function parsed(command: Command, args: string[]) {
  try {
    const found = parseArgs({ args, options: command.options ?? {}, allowPositionals: true });
    if (found.positionals.length <= command.maxPositionals) return found;
    throw new Error(`"${found.positionals[command.maxPositionals]}" is one word too many.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`${why}\nUsage: flightdeck ${command.usage}`, exitCodes.usage);
  }
}

function overview(): number {
  say(`${bold('flightdeck')}: the control room for coding agents, from a terminal\n`);
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  for (const [name, { summary }] of Object.entries(commands)) say(`  ${name.padEnd(width)}  ${summary}`);
  say(`\nAgents: ${agents.join(', ')}. More on a command: flightdeck <command> --help`);
  say('Exit codes: 0 done, 1 failed, 64 wrong usage, 69 server out of reach, 77 not logged in.');
  return exitCodes.ok;
}

function helpOf({ summary, usage, help }: Command): number {
  say(`${summary}\n\nUsage: flightdeck ${usage}\n`);
  for (const line of help) say(line);
  return exitCodes.ok;
}

function failed(error: unknown): number {
  if (!(error instanceof Failure)) {
    process.stderr.write(`${red('flightdeck:')} ${error instanceof Error ? error.stack : error}\n`);
    return exitCodes.failed;
  }
  process.stderr.write(`${red('flightdeck:')} ${error.message}\n`);
  return error.exitCode;
}
