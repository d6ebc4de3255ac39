import { ExportedEvent } from '../../../wire/export.ts';
import { redactEvent } from '../redact/redact.ts';
import { canonical } from './canonical.ts';
import { type ReadPiece, readPiece, wrong } from './read-piece.ts';

/** An event of a file in canonical order, without secrets. `seq` is what its number has to be. */
export function readExportedEvent(text: string, path: string, seq: number): ReadPiece<ExportedEvent> {
  const read = readPiece(ExportedEvent, text, path);
  if (!read.ok) return read;
  if (read.value.seq !== seq) return wrong(`${path}.seq`, seqProblem(read.value.seq, seq));
  // Only now: masking may add a field, at the end.
  return { ok: true, value: canonical(ExportedEvent, redactEvent(read.value)) as ExportedEvent };
}

function seqProblem(actual: number, expected: number): string {
  if (actual < expected) return `Event ${actual} is there twice, or comes too late: ${expected} is next.`;
  return `Events are numbered without holes: ${expected} is next, not ${actual}.`;
}
