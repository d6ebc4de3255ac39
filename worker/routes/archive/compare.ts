import { type Context, Hono } from 'hono';
import {
  type ComparedFile,
  ComparedFileQuery,
  type ComparedFiles,
  type Comparison,
  ComparisonQuery,
  PatchQuery,
} from '../../../wire/comparison.ts';
import type { AppEnv } from '../../context.ts';
import { alignedPath } from '../../domain/archive/aligned-path.ts';
import { comparedEdits, comparedManifests } from '../../domain/archive/compared-files.ts';
import { type Compared, comparedSide } from '../../domain/archive/compared-side.ts';
import { comparedTools } from '../../domain/archive/compared-tools.ts';
import { comparisonMarkdown } from '../../domain/archive/comparison-markdown.ts';
import type { LogOutline } from '../../domain/archive/log-outline.ts';
import { notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { textStreamOf } from '../../stream-of.ts';
import { valid } from '../../valid.ts';
import { historyOf, outlineOf, requireCompared } from './compared.ts';
import { patchOf, requirePatchSides } from './patch.ts';
import { entriesOf, fileTextOf } from './snapshot-entries.ts';

/** Any two sessions or snapshots, side by side. */
export const compare = new Hono<AppEnv>()
  .get('/', requireAccess('snapshot.read'), valid('query', ComparisonQuery), async (c) => {
    const query = c.req.valid('query');
    const [a, b] = await requireBoth(c, query);
    const [left, right] = await Promise.all([outlineOf(c, a), outlineOf(c, b)]);
    const comparison: Comparison = {
      a: comparedSide(a, left.eventsRead),
      b: comparedSide(b, right.eventsRead),
      tools: comparedTools(left.tools, right.tools),
      files: await filesOf(c, [a, left], [b, right]),
      path: { rows: alignedPath(left.steps, right.steps), leftOutA: left.stepsLeftOut, leftOutB: right.stepsLeftOut },
    };
    const fileName = (ending: string) => `attachment; filename="${query.a}-${query.b}.${ending}"`;
    if (query.format === 'json') return c.json(comparison, 200, { 'content-disposition': fileName('json') });
    return c.body(comparisonMarkdown(comparison), 200, {
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': fileName('md'),
    });
  })
  .get('/file', requireAccess('snapshot.read'), valid('query', ComparedFileQuery), async (c) => {
    const { path, ...query } = c.req.valid('query');
    const [a, b] = await requireBoth(c, query);
    const file = await comparedFile(c, a, b, path);
    if (file.a.kind === 'absent' && file.b.kind === 'absent') throw notFound('file on either side');
    return c.json(file);
  })
  .get('/patch', requireAccess('snapshot.read'), valid('query', PatchQuery), async (c) => {
    const [a, b] = await requirePatchSides(c, c.req.valid('query'));
    const texts = patchOf(c.env, c.var.actor.organizationId, await entriesOf(c, a), await entriesOf(c, b));
    return c.body(textStreamOf(texts), 200, {
      'content-type': 'text/x-diff; charset=utf-8',
      'content-disposition': `attachment; filename="${a.id}-${b.id}.patch"`,
    });
  });

const requireBoth = (c: Context<AppEnv>, { a, b }: { a: string; b: string }) =>
  Promise.all([requireCompared(c, a), requireCompared(c, b)]);

/** Snapshots tell everything; the logs only what tools wrote. One manifest after the other is read: each may be large. */
async function filesOf(
  c: Context<AppEnv>,
  [a, left]: [Compared, LogOutline],
  [b, right]: [Compared, LogOutline],
): Promise<ComparedFiles> {
  if (!a.snapshot || !b.snapshot) return comparedEdits(left, right);
  const before = await entriesOf(c, a.snapshot);
  return comparedManifests(before.entries, (await entriesOf(c, b.snapshot)).entries);
}

async function comparedFile(c: Context<AppEnv>, a: Compared, b: Compared, path: string): Promise<ComparedFile> {
  if (a.snapshot && b.snapshot) {
    const before = await fileTextOf(c, a.snapshot, path);
    return { path, from: 'snapshots', a: before, b: await fileTextOf(c, b.snapshot, path) };
  }
  const [left, right] = await Promise.all([historyOf(c, a, path), historyOf(c, b, path)]);
  return { path, from: 'edits', a: left.text(), b: right.text() };
}
