// `npm run deploy`: database, bucket, secret, migrations, Worker and Pages client, each made or reused. Wrangler's own login applies
// (`npx wrangler login`, or CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID). `--dry-run` needs no account: it bundles and says the rest.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deployConfig, named, pagesProject, writeDeployConfig } from './deploy/config.ts';
import { databaseId, ensureBucket, ensurePagesProject, hasSecret, type Wrangler } from './deploy/resources.ts';
import { root } from './local/root.ts';
import { RunError, runTool, vite, wrangler as wranglerPath } from './local/run.ts';

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
const dryRun = values['dry-run'];
const folder = mkdtempSync(join(tmpdir(), 'flightdeck-deploy-'));
const [database, bucket, project] = [named('database_name'), named('bucket_name'), pagesProject()];
const wrangler: Wrangler = (args) => runTool(wranglerPath, args);

try {
  // A rehearsal leaves alone what a server beside it may be serving.
  const client = dryRun ? join(folder, 'client') : join(root, 'web/dist');
  await runTool(vite, ['build', 'web', '--outDir', client, '--logLevel', 'warn']);
  step('Built the client');
  await (dryRun ? rehearse() : deploy());
} catch (error) {
  console.error(error instanceof RunError ? error.output : error);
  if (error instanceof RunError && /not authenticated|CLOUDFLARE_API_TOKEN/i.test(error.output)) {
    console.error('Log in first: npx wrangler login. Or try it without an account: npm run deploy -- --dry-run');
  }
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function deploy(): Promise<void> {
  const config = writeDeployConfig(await databaseId(wrangler, database));
  step(`D1 database ${database}; its id is in ${config}`);
  await ensureBucket(wrangler, bucket);
  step(`R2 bucket ${bucket}`);
  await wrangler(['d1', 'migrations', 'apply', database, '--remote', '--config', config]);
  step('Migrations applied');
  const secrets = (await hasSecret(wrangler, config, 'SIGNING_SECRET')) ? [] : ['--secrets-file', newSecretFile()];
  await wrangler(['deploy', '--config', config, ...secrets]);
  step(secrets.length > 0 ? 'Worker deployed, with a new SIGNING_SECRET' : 'Worker deployed; it keeps its SIGNING_SECRET');
  await ensurePagesProject(wrangler, project);
  const said = await wrangler(['pages', 'deploy', '--cwd', 'web', '--branch', 'main', '--commit-dirty', 'true']);
  step(`Client deployed to Pages: ${/https:\/\/\S+/.exec(said)?.[0] ?? project}`);
}

/** Bundles both for real, and says what a deployment would do besides. */
async function rehearse(): Promise<void> {
  await wrangler(['deploy', '--dry-run', '--outdir', join(folder, 'worker')]);
  step('Bundled the Worker');
  await wrangler(['pages', 'functions', 'build', '--cwd', 'web', '--outdir', join(folder, 'functions')]);
  step('Bundled the Pages Functions');
  console.log('A deployment would go on so:');
  step(`D1: reuse or create database ${database}, and write its id into ${deployConfig}`);
  step(`R2: reuse or create bucket ${bucket}`);
  step(`wrangler d1 migrations apply ${database} --remote`);
  step('wrangler deploy, with a new SIGNING_SECRET if the Worker has none');
  step(`Pages: reuse or create project ${project}, then wrangler pages deploy web/dist with its Functions`);
}

function newSecretFile(): string {
  const file = join(folder, 'secrets.json');
  writeFileSync(file, JSON.stringify({ SIGNING_SECRET: randomBytes(32).toString('hex') }), { mode: 0o600 });
  return file;
}

function step(words: string): void {
  console.log(`· ${words}`);
}
