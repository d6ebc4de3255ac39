import type { BudgetDetail } from '../../../wire/budget.ts';
import { absolute, shortDate } from '../../format.ts';
import { burnDown, type Spot } from '../../models/costs/budgets-picture.ts';
import { amountOf, pictureWords } from '../../models/costs/budgets-words.ts';

const width = 640;
const height = 132;
const inset = 6;

const px = ({ x, y }: Spot): string =>
  `${(inset + x * (width - 2 * inset)).toFixed(1)},${(inset + y * (height - 2 * inset)).toFixed(1)}`;

/** What is left of a budget over its window: the way down, where it leads, and the moments it bit. */
export function BurnDownPicture({ budget, nowMs }: { budget: BudgetDetail; nowMs: number }) {
  const { line, forecast, softY, nowX, bites, fromMs, toMs } = burnDown(budget, nowMs);
  const floor: Spot[] = [
    { x: nowX, y: 1 },
    { x: 0, y: 1 },
  ];
  const isDay = toMs - fromMs < 2 * 86_400_000;
  const label = (atMs: number) => (isDay ? hourOf(atMs) : shortDate(atMs, nowMs));
  return (
    <figure class={`burn-down ${budget.state}`}>
      <span class="burn-down-top faint numeric">{amountOf(budget.limit, budget.unit)}</span>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={pictureWords(budget, nowMs)}>
        <line class="axis" x1={inset} x2={width - inset} y1={height - inset} y2={height - inset} />
        <polyline class="threshold" points={`${px({ x: 0, y: softY })} ${px({ x: 1, y: softY })}`} />
        <polygon class="area" points={[...line, ...floor].map(px).join(' ')} />
        <polyline class="line" points={line.map(px).join(' ')} />
        {forecast && <polyline class="forecast" points={forecast.map(px).join(' ')} />}
        {bites.map((bite) => {
          const [cx, cy] = px(bite).split(',');
          return (
            <circle key={`${bite.at}${bite.kind}`} class={`bite ${bite.kind}`} cx={cx} cy={cy} r={bite.kind === 'hard' ? 5 : 4}>
              <title>{`${bite.kind === 'hard' ? 'Held a session' : 'Nearly spent'}, ${absolute(Date.parse(bite.at))}`}</title>
            </circle>
          );
        })}
      </svg>
      <figcaption class="faint numeric">
        <span>{label(fromMs)}</span>
        <span>{label(toMs)}</span>
      </figcaption>
    </figure>
  );
}

/** Windows are in UTC; the reader's clock is not. */
const hourOf = (atMs: number): string =>
  new Date(atMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false });
