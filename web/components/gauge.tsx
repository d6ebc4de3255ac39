import type { BudgetUnit } from '../../wire/budget.ts';
import { partOf } from '../models/costs/budgets-words.ts';
import './gauge.css';

interface GaugeProps {
  spent: number;
  reserved?: number;
  limit: number;
  unit?: BudgetUnit;
}

/** Spent (solid) and reserved (light) against a limit. */
export function Gauge({ spent, reserved = 0, limit, unit = 'micro_usd' }: GaugeProps) {
  const share = (value: number) => `${Math.min(100, limit === 0 ? 100 : (value / limit) * 100)}%`;
  const words = `${partOf(spent, limit, unit)} spent`;
  return (
    <span class={`gauge ${level(spent, limit)}`} role="img" aria-label={words} title={words}>
      <i class="reserved" style={{ width: share(spent + reserved) }} />
      <i class="spent" style={{ width: share(spent) }} />
    </span>
  );
}

function level(spent: number, limit: number): 'full' | 'high' | 'calm' {
  if (spent >= limit) return 'full';
  return spent >= 0.8 * limit ? 'high' : 'calm';
}
