import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { ExportDocument, type ExportedSummary, type ExportFormat, ExportQuery, NewExport } from '../../../wire/export.ts';
import { tarOfFiles } from '../../adapters/tar/files.ts';
import type { AppEnv } from '../../context.ts';
import type { Env } from '../../env.ts';
import { notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { textStreamOf } from '../../stream-of.ts';
import { valid } from '../../valid.ts';
import { chosenSessions, exported } from './chosen-sessions.ts';
import { archiveFiles } from './export-archive.ts';
import { exportJson } from './export-json.ts';
import { exportMarkdown } from './export-markdown.ts';

/** One session, to be carried away. */
export const sessionExport = new Hono<AppEnv>().get(
  '/:id/export',
  requireAccess('session.read'),
  valid('query', ExportQuery),
  async (c) => {
    const id = c.req.param('id');
    const { session } = await exported(c.env, c.var.actor.organizationId, id);
    if (!session) throw notFound('session');
    return download(c, c.req.valid('query').format, id, [session]);
  },
);

/** Several sessions in one file, or all of an organization. */
export const exportRoutes = new Hono<AppEnv>().post('/', requireAccess('session.read'), valid('json', NewExport), async (c) => {
  const chosen = c.req.valid('json');
  const sessions = await chosenSessions(c.env, c.var.actor.organizationId, chosen);
  return download(c, chosen.format, 'flightdeck-export', sessions);
});

/** What a JSON export consists of, as JSON Schema. */
export const exportSchema = new Hono<AppEnv>().get('/export-schema', (c) => {
  const schema = z.toJSONSchema(ExportDocument, { unrepresentable: 'any' });
  return c.body(JSON.stringify(schema), 200, { 'content-type': 'application/schema+json' });
});

type Write = (env: Env, organizationId: string, sessions: readonly ExportedSummary[]) => ReadableStream<Uint8Array>;

const kinds: Record<ExportFormat, { write: Write; type: string; ending: string }> = {
  json: { write: (...all) => textStreamOf(exportJson(...all)), type: 'application/json', ending: 'json' },
  markdown: {
    write: (...all) => textStreamOf(exportMarkdown(...all)),
    type: 'text/markdown; charset=utf-8',
    ending: 'md',
  },
  archive: {
    write: (...all) => tarOfFiles(archiveFiles(...all)).pipeThrough(new CompressionStream('gzip')),
    type: 'application/gzip',
    ending: 'tar.gz',
  },
};

/** A file that is made as it is read. What fails on the way breaks it off: a file that ends early is no export. */
function download(c: Context<AppEnv>, format: ExportFormat, name: string, sessions: ExportedSummary[]): Response {
  const { write, type, ending } = kinds[format];
  return c.body(write(c.env, c.var.actor.organizationId, sessions), 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${name}.${ending}"`,
  });
}
