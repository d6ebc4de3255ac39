import { ExportedEvent, type ExportedSummary, exportFormat, exportVersion } from '../../../wire/export.ts';
import { limits } from '../../../wire/limits.ts';
import { isRecord } from '../../adapters/agents/reading.ts';
import { ClaudeCodeTranscript, type TranscriptDraft } from '../../adapters/transcripts/claude-code.ts';
import { canonicalText } from '../../domain/archive/canonical.ts';
import type { FileProblem } from '../../domain/archive/file-problem.ts';
import { exportedSummary } from '../../domain/archive/imported.ts';
import type { JsonPiece } from '../../domain/archive/json-pieces.ts';
import { eventOf } from '../../domain/event-of.ts';
import { evolve } from '../../domain/evolve.ts';
import { newSession, type SessionState } from '../../domain/session-state.ts';
import { AppError } from '../../errors.ts';
import { prepare } from '../ingest/prepare.ts';

/** A name to begin with: what is imported gets its own. */
const sessionId = `ses_${'a'.repeat(20)}`;

/** Whether a file is a transcript: its first line is a JSON object that is no export. */
export function isTranscript(firstLine: string): boolean {
  const line = objectIn(firstLine);
  return line !== undefined && line.format === undefined && (typeof line.type === 'string' || typeof line.sessionId === 'string');
}

/** A Claude Code transcript as the pieces of the export that it would be, its summary last; and what would be around them. */
export async function* transcriptPieces(lines: AsyncIterable<string>): AsyncGenerator<JsonPiece, string> {
  const transcript = new ClaudeCodeTranscript();
  const problems: FileProblem[] = [];
  let state: SessionState | undefined;
  let number = 0;
  const added = (draft: TranscriptDraft): JsonPiece => {
    const atMs = Date.parse(draft.at);
    const before = state ?? newSession(ownerOf(transcript.sessionId), atMs);
    const clean = prepare(draft, atMs);
    const event = eventOf(clean, before, atMs);
    const f = Object.fromEntries(Object.entries(clean.facts ?? {}).filter(([, value]) => value !== undefined));
    state = evolve(before, event, { f });
    return { path: ['sessions', 0, 'events', event.seq - 1], text: canonicalText(ExportedEvent, event) };
  };
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    const line = text.length > limits.maxHookBytes ? undefined : objectIn(text);
    if (line) yield* transcript.read(line).map(added);
    else if (problems.length < limits.maxImportProblems)
      problems.push({ path: `lines[${number}]`, message: 'This line is no JSON object.' });
  }
  yield* transcript.end().map(added);
  if (transcript.sessionId === undefined || !state)
    problems.push({ path: 'file', message: 'No line names a session: this is no transcript of Claude Code.' });
  if (problems.length > 0 || !state)
    throw new AppError('invalid', 'The transcript cannot be read, and nothing was imported; see `errors`.', { errors: problems });
  yield { path: ['sessions', 0, 'session'], text: JSON.stringify(exportedSummary(state) satisfies ExportedSummary) };
  const events = Array<string>(state.lastSeq).fill('0').join(',');
  return `{"format":"${exportFormat}","version":${exportVersion},"sessions":[{"session":0,"events":[${events}]}]}`;
}

const ownerOf = (externalId = '') => ({
  ...{ organizationId: '', sessionId, projectId: '', userId: '' },
  agent: 'claude-code',
  externalId: externalId.slice(0, limits.maxExternalIdLength),
});

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
