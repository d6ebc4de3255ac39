import type {
  CallCount,
  ComparedFiles,
  ComparedSide,
  ComparedTools,
  Comparison,
  FileChange,
  Step,
} from '../../../wire/comparison.ts';
import { dollars } from '../limits/dollars.ts';
import { inline } from './markdown-text.ts';

/** A comparison to be read, A on the left. */
export function comparisonMarkdown({ a, b, tools, files, path }: Comparison): string {
  const ways = path.rows.map(({ a: left, b: right, same }) => [stepWords(left), same ? '=' : '', stepWords(right)]);
  const sections = [
    `# ${inline(nameOf(a))} ↔ ${inline(nameOf(b))}`,
    table(['', 'A', 'B', 'Difference'], headOf(a, b)),
    ...[a, b].flatMap(({ eventsLeftOut, eventsRead }, i) =>
      eventsLeftOut > 0
        ? [`${i === 0 ? 'A' : 'B'} has ${eventsLeftOut} more events than the ${eventsRead} that were compared.`]
        : [],
    ),
    '## Outcome',
    `**A:** ${inline(a.outcome ?? 'nothing said')}`,
    `**B:** ${inline(b.outcome ?? 'nothing said')}`,
    '## Tools',
    table(['Tool', 'A', 'B', ''], toolRows(tools)),
    tools.leftOut > 0 ? `${tools.leftOut} more tools are left out.` : '',
    '## Files',
    fileTable(files),
    files.leftOut > 0 ? `${files.leftOut} more are left out.` : '',
    '## Steps',
    table(['A', '', 'B'], ways),
    path.leftOutA + path.leftOutB > 0 ? `${path.leftOutA} later steps of A and ${path.leftOutB} of B are left out.` : '',
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function nameOf({ title, snapshot }: ComparedSide): string {
  const session = title || 'Untitled';
  return snapshot?.name ? `${session} (${snapshot.name})` : session;
}

function headOf(a: ComparedSide, b: ComparedSide): string[][] {
  const [left, right] = [a.figures, b.figures];
  const row = (name: string, of: (side: ComparedSide) => string | null) => [name, inline(of(a) ?? '–'), inline(of(b) ?? '–'), ''];
  const figure = (name: string, of: (figures: NonNullable<typeof left>) => number, words: (value: number) => string) => [
    name,
    left ? inline(words(of(left))) : '–',
    right ? inline(words(of(right))) : '–',
    left && right ? signed(of(right) - of(left), words) : '',
  ];
  return [
    row('Session', ({ sessionId }) => sessionId),
    row('Snapshot', ({ snapshot }) => snapshot?.id ?? null),
    row('Agent', ({ agent }) => agent),
    row('Model', ({ model }) => model),
    row('Status', ({ status }) => status),
    figure('Cost', ({ costMicroUsd }) => costMicroUsd, dollars),
    figure('Tokens in', ({ tokens }) => tokens.input, String),
    figure('Tokens out', ({ tokens }) => tokens.output, String),
    figure('Tokens read from the cache', ({ tokens }) => tokens.cacheRead, String),
    figure('Tokens written to the cache', ({ tokens }) => tokens.cacheWrite, String),
    figure('Duration', ({ durationMs }) => durationMs, seconds),
    figure('Tool calls', ({ toolCallCount }) => toolCallCount, String),
    figure('Errors', ({ errorCount }) => errorCount, String),
  ];
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

function signed(difference: number, words: (value: number) => string): string {
  if (difference === 0) return '=';
  return `${difference > 0 ? '+' : '−'}${inline(words(Math.abs(difference)))}`;
}

const toolRows = ({ onlyA, onlyB, common }: ComparedTools): string[][] => [
  ...common.map(({ tool, a, b }) => [inline(tool), countWords(a), countWords(b), '']),
  ...onlyA.map(({ tool, ...count }) => [inline(tool), countWords(count), '–', 'only A']),
  ...onlyB.map(({ tool, ...count }) => [inline(tool), '–', countWords(count), 'only B']),
];

function countWords({ calls, failed, refused }: CallCount): string {
  const extra = [failed > 0 ? `${failed} failed` : '', refused > 0 ? `${refused} refused` : ''].filter((text) => text !== '');
  return extra.length === 0 ? String(calls) : `${calls} (${extra.join(', ')})`;
}

function fileTable(files: ComparedFiles): string {
  if (files.from === 'edits') {
    const rows = files.items.map(({ path, editsA, editsB }) => [inline(path), String(editsA), String(editsB)]);
    return `From the edits in the logs, which do not tell what a command changed.\n\n${table(['File', 'Edits in A', 'Edits in B'], rows)}`;
  }
  const rows = files.items.map(({ path, change, ...sizes }) => [inline(path), change, sizeWords(sizes)]);
  return `From the snapshots; ${files.unchanged} files are the same.\n\n${table(['File', 'From A to B', 'Bytes'], rows)}`;
}

const sizeWords = ({ sizeA, sizeB }: Pick<FileChange, 'sizeA' | 'sizeB'>): string => `${sizeA ?? '–'} → ${sizeB ?? '–'}`;

function stepWords(step: Step | null): string {
  if (!step) return '';
  const outcome = step.outcome === 'ok' ? '' : ` (${step.outcome})`;
  return inline(`${step.seq}. ${step.tool} ${step.target}`) + outcome;
}

function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
