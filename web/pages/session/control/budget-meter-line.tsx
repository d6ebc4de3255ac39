import type { BudgetDetail } from '../../../../wire/budget.ts';
import type { SessionSummary } from '../../../../wire/session.ts';
import { Gauge } from '../../../components/gauge.tsx';
import { count, money } from '../../../format.ts';
import { amountOf } from '../../../models/costs/budgets-words.ts';
import {
  type BudgetMeter,
  burnOf,
  meterForecast,
  meterName,
  metersOf,
  meterWords,
  tightest,
} from '../../../models/session/session-meter.ts';
import type { Row } from '../../../models/session/session-rows.ts';
import './budget-meter-line.css';

interface BudgetMeterLineProps {
  /** Its limits count what its children spent. */
  session: SessionSummary;
  /** The session that started it, the same way; null where none did, or while it is not known. */
  parent: SessionSummary | null;
  rows: readonly Row[];
  budgets: readonly BudgetDetail[];
  subjectOf: (budget: BudgetDetail) => string;
  budgetsHref: string;
  hrefOf: (sessionId: string) => string;
  nowMs: number;
  /** Undefined: this reader may not set the session's own. */
  onOwn: (() => void) | undefined;
}

/** The budget that ends first: spent, set aside, its limit, and when it will be reached. */
export function BudgetMeterLine(props: BudgetMeterLineProps) {
  const { session, parent, rows, budgets, subjectOf, budgetsHref, hrefOf, nowMs, onOwn } = props;
  const meters = metersOf(session, budgets, burnOf(rows, session, nowMs), nowMs, parent);
  const meter = tightest(meters);
  if (!meter) return null;
  const name = meterName(meter, subjectOf);
  const parentOrBudgets = meter.parent ? hrefOf(meter.parent.id) : budgetsHref;
  const { unit, spent, reserved, limit } = meter;
  const others = meters.filter((one) => one !== meter).map((one) => meterWords(one, meterName(one, subjectOf), nowMs));
  return (
    <section class="budget-meter" aria-label={meterWords(meter, name, nowMs)}>
      <Name meter={meter} name={name} href={parentOrBudgets} onOwn={onOwn} />
      <Gauge spent={spent} reserved={reserved} limit={limit} unit={unit} />
      <span class="numeric">
        {unit === 'tokens' ? count(spent) : money(spent)} <span class="faint">of {amountOf(limit, unit)}</span>
      </span>
      {reserved > 0 && <span class="numeric faint">{amountOf(reserved, unit)} set aside</span>}
      <span class="budget-meter-forecast">{meterForecast(meter, nowMs)}</span>
      {meter.warnsOnly && <span class="faint">only warns</span>}
      {others.length > 0 && (
        <a class="budget-meter-others" href={budgetsHref} title={others.join('\n')}>
          {others.length} more
          <span class="visually-hidden"> budgets count this session: {others.join('; ')}</span>
        </a>
      )}
    </section>
  );
}

interface NameProps {
  meter: BudgetMeter;
  name: string;
  href: string;
  onOwn: (() => void) | undefined;
}

function Name({ meter, name, href, onOwn }: NameProps) {
  if (meter.budget || meter.parent)
    return (
      <a class="truncate" href={href}>
        {name}
      </a>
    );
  if (!onOwn) return <span class="truncate">{name}</span>;
  return (
    <button type="button" class="budget-meter-own" onClick={onOwn}>
      {name}
    </button>
  );
}
