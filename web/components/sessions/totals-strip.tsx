import type { ComponentChildren } from 'preact';
import { money } from '../../format.ts';
import type { SessionTotals } from '../../models/costs/totals.ts';
import { failedStatuses, type ListFilter, liveStatuses, noFilter, queryOfFilter } from '../../models/sessions/list-filter.ts';
import { Skeleton } from '../states.tsx';
import { StatusMark } from '../status-mark.tsx';
import './totals-strip.css';

interface TotalsStripProps {
  totals: SessionTotals | null;
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
}

/** Four figures of the moment; each is a filter, and pressing it again lets go. */
export function TotalsStrip({ totals, filter, onFilter }: TotalsStripProps) {
  const presets = {
    live: { ...noFilter, statuses: liveStatuses },
    waiting: { ...noFilter, statuses: ['waiting'] as const },
    spent: { ...noFilter, within: 'today' as const },
    failed: { ...noFilter, statuses: failedStatuses, within: '24h' as const },
  };
  const press = (preset: ListFilter) => ({
    on: queryOfFilter(preset) === queryOfFilter(filter),
    onPress: () => onFilter(queryOfFilter(preset) === queryOfFilter(filter) ? noFilter : preset),
  });
  return (
    <section class="totals" aria-label="Right now">
      <Figure label="Live now" mark={<StatusMark status="running" />} tone="good" value={totals?.live} {...press(presets.live)} />
      <Figure
        label="Waiting for you"
        mark={<StatusMark status="waiting" />}
        tone="warn"
        value={totals?.waiting}
        {...press(presets.waiting)}
      />
      <Figure
        label="Spent today"
        note="The day counts from 00:00 UTC"
        value={totals?.spentTodayMicroUsd}
        as={money}
        {...press(presets.spent)}
      />
      <Figure
        label="Failed in 24 h"
        mark={<StatusMark status="failed" />}
        tone="bad"
        value={totals?.failedLastDay}
        {...press(presets.failed)}
      />
    </section>
  );
}

interface FigureProps {
  label: string;
  note?: string;
  mark?: ComponentChildren;
  /** The value's colour while it is not zero. */
  tone?: 'good' | 'warn' | 'bad';
  value: number | undefined;
  as?: (value: number) => string;
  on: boolean;
  onPress: () => void;
}

function Figure({ label, note, mark, tone, value, as = String, on, onPress }: FigureProps) {
  return (
    <button
      type="button"
      class={`figure ${tone ?? ''} ${value ? 'some' : 'none'}`}
      aria-pressed={on}
      title={note}
      onClick={onPress}
    >
      <span class="figure-value numeric">{value === undefined ? <Skeleton width={28} height={18} /> : as(value)}</span>
      <span class="figure-label">
        {mark && <span aria-hidden="true">{mark}</span>}
        {label}
      </span>
    </button>
  );
}
