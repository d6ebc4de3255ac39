// `npm run cli -- …`: the `flightdeck` command of this checkout, built first where its sources are newer.
import { spawnSync } from 'node:child_process';
import { buildCommandLine, commandLine } from './local/command-line.ts';

await buildCommandLine();
const { status } = spawnSync(process.execPath, [commandLine, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);
