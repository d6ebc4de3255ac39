import type { CostReport } from '../../../wire/cost-report.ts';
import { money } from '../../format.ts';
import { type Bar, costsPicture, type Share } from '../../models/costs/costs-picture.ts';
import { reportWords } from '../../models/costs/costs-view.ts';

/** Units of the drawing: it is stretched to its place, so only shares count. */
const height = 1000;
/** Of a day's width, what its bar takes. */
const barShare = 0.72;
/** A share smaller than this has no room for its name; the table names it. */
const leastNamed = 0.075;
const maxParts = 5;

/** A bar for each day, and beside them what the whole time went to, by name. */
export function CostsPicture({ report }: { report: CostReport }) {
  const { bars, ticks, shares } = costsPicture(report);
  return (
    <figure class="costs-picture" data-shares={shares.length > 0}>
      <div class="costs-bars">
        {ticks.map(({ microUsd, at }) => (
          <span key={at} class="costs-tick" style={{ bottom: `${at * 100}%` }}>
            <span class="numeric">{money(microUsd)}</span>
          </span>
        ))}
        <svg
          viewBox={`0 0 ${bars.length} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={reportWords(report, money(report.costMicroUsd), money)}
        >
          {bars.map((bar, index) => (
            <g key={bar.day}>
              <title>{wordsOf(bar)}</title>
              <rect class="costs-day" x={index} y={0} width={1} height={height} />
              {bar.pieces.map(({ id, colour, from, to }) => (
                <rect
                  key={id}
                  x={index + (1 - barShare) / 2}
                  width={barShare}
                  y={(1 - to) * height}
                  height={(to - from) * height}
                  style={{ fill: colour }}
                />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <div class="costs-days faint numeric">
        <span>{dayWords(bars.at(0))}</span>
        {bars.length > 13 && <span>{dayWords(bars.at(Math.floor(bars.length / 2)))}</span>}
        <span>{dayWords(bars.at(-1))}</span>
      </div>
      {shares.length > 0 && <Shares shares={shares} />}
    </figure>
  );
}

/** Its pieces lie as they do in the bars, so that a name says whose colour it is. */
function Shares({ shares }: { shares: Share[] }) {
  return (
    <div class="costs-shares" aria-hidden="true">
      {shares.map(({ id, colour, name, costMicroUsd, from, to }) => (
        <div key={id} class="costs-share" style={{ bottom: `${from * 100}%`, height: `${(to - from) * 100}%` }}>
          <span class="costs-share-piece" style={{ background: colour }} />
          {to - from >= leastNamed && (
            <span class="costs-share-name">
              <span class="truncate">{name}</span> <span class="numeric faint">{money(costMicroUsd)}</span>
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function wordsOf({ day, costMicroUsd, parts }: Bar): string {
  const dearest =
    parts.length > 1 ? parts.slice(0, maxParts).map(({ name, costMicroUsd: cost }) => `${name} ${money(cost)}`) : [];
  return [`${day}: ${money(costMicroUsd)}`, ...dearest].join('\n');
}

/** `Nov 21`: of a day in UTC, wherever the reader is. */
const dayWords = (bar: Bar | undefined): string =>
  bar ? new Date(`${bar.day}T12:00:00Z`).toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' }) : '';
