import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { ExportDocument, type ExportedSummary, type ExportFormat, ExportQuery } from '../../../wire/export.ts';
import type { AppEnv } from '../../context.ts';
import { notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import type { Exported } from '../../rooms/adoption.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { streamOf } from '../../stream-of.ts';
import { valid } from '../../valid.ts';
import { exportJson } from './export-json.ts';
import { exportMarkdown } from './export-markdown.ts';

/** One session, to be carried away. */
export const sessionExport = new Hono<AppEnv>().get(
  '/:id/export',
  requireAccess('session.read'),
  valid('query', ExportQuery),
  async (c) => {
    const id = c.req.param('id');
    const session = await exported(c, id);
    if (!session) throw notFound('session');
    return download(c, c.req.valid('query').format, id, only(session));
  },
);

/** What a JSON export consists of, as JSON Schema. */
export const exportSchema = new Hono<AppEnv>().get('/export-schema', (c) => {
  const schema = z.toJSONSchema(ExportDocument, { unrepresentable: 'any' });
  return c.body(JSON.stringify(schema), 200, { 'content-type': 'application/schema+json' });
});

async function exported(c: Context<AppEnv>, id: string): Promise<ExportedSummary | null> {
  const { session } = await calling(
    () => sessionRoom(c.env, c.var.actor.organizationId, id),
    async (room): Promise<Exported> => room.exported(),
  );
  return session;
}

async function* only(session: ExportedSummary): AsyncGenerator<ExportedSummary> {
  yield session;
}

const kinds = {
  json: { write: exportJson, type: 'application/json', ending: 'json' },
  markdown: { write: exportMarkdown, type: 'text/markdown; charset=utf-8', ending: 'md' },
} as const satisfies Record<ExportFormat, unknown>;

/** A file that is made as it is read. What fails on the way breaks it off: a file that ends early is no export. */
function download(c: Context<AppEnv>, format: ExportFormat, name: string, sessions: AsyncIterable<ExportedSummary>): Response {
  const { write, type, ending } = kinds[format];
  const texts = write(c.env, c.var.actor.organizationId, sessions);
  return c.body(streamOf(encoded(texts)), 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${name}.${ending}"`,
  });
}

async function* encoded(texts: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) if (text !== '') yield encoder.encode(text);
}
