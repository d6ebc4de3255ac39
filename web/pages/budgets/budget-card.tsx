import type { BudgetDetail } from '../../../wire/budget.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { absolute, relative } from '../../format.ts';
import { raises } from '../../models/costs/budgets.ts';
import { actionWords, amountOf, forecastWords, heldWords, stateWords, windowWords } from '../../models/costs/budgets-words.ts';
import { BurnDownPicture } from './burn-down-picture.tsx';

interface BudgetCardProps {
  budget: BudgetDetail;
  /** What it counts: a project's or a person's name, or everybody. */
  subject: string;
  nowMs: number;
  organizationId: string;
  /** Undefined where the session is not known any more. */
  titleOf: (sessionId: string) => string | undefined;
  manages: boolean;
  onRaise: (limit: number) => void;
  onEdit: () => void;
  onDelete: () => void;
}

export function BudgetCard(props: BudgetCardProps) {
  const { budget, subject, nowMs, organizationId, titleOf, manages, onRaise, onEdit, onDelete } = props;
  const { unit, limit, window, state } = budget;
  const name = `${subject}, ${amountOf(limit, unit)} ${windowWords[window]}`;
  const isShared = budget.scope !== 'session';
  const held = budget.bites
    .filter(({ sessionId }) => sessionId !== null)
    .slice(-3)
    .reverse();
  return (
    <article class="budget" aria-label={name}>
      <header>
        <div>
          <h2 class="truncate">{subject}</h2>
          <p class="faint">
            <span class="numeric">{amountOf(limit, unit)}</span> {windowWords[window]} · {actionWords[budget.action]}
          </p>
        </div>
        {isShared && <span class={`budget-state ${state}`}>{stateWords[state]}</span>}
      </header>
      {isShared ? <Spending budget={budget} nowMs={nowMs} /> : <p class="budget-forecast">{heldWords(budget, nowMs)}</p>}
      {held.length > 0 && (
        <ul class="budget-bites">
          {held.map(({ at, sessionId }) => (
            <li key={`${at}${sessionId}`}>
              <span>Held</span>
              <a class="truncate" href={`/${organizationId}/sessions/${sessionId}`}>
                <Said text={titleOf(sessionId ?? '') || 'a session'} />
              </a>
              <time class="faint" dateTime={at} title={absolute(Date.parse(at))}>
                {relative(Date.parse(at), nowMs)}
              </time>
            </li>
          ))}
        </ul>
      )}
      {manages && (
        <footer>
          <Menu
            label={`Raise ${name}`}
            groups={[raises(budget).map((to) => ({ label: `To ${amountOf(to, unit)}`, onSelect: () => onRaise(to) }))]}
          >
            {(trigger) => (
              <Button size="small" kind={state === 'spent' ? 'primary' : 'secondary'} {...trigger}>
                Raise
              </Button>
            )}
          </Menu>
          <Button size="small" kind="quiet" onClick={onEdit} aria-label={`Edit ${name}`}>
            Edit
          </Button>
          <IconButton icon="trash" label={`Delete ${name}`} onClick={onDelete} />
        </footer>
      )}
    </article>
  );
}

/** What a shared budget's sessions have spent together, and where that leads. */
function Spending({ budget, nowMs }: { budget: BudgetDetail; nowMs: number }) {
  const { unit, limit, spent, reserved } = budget;
  return (
    <>
      <p class="budget-figures">
        <strong class="numeric">{amountOf(Math.abs(limit - spent), unit)}</strong> {spent > limit ? 'over' : 'left'} ·{' '}
        <span class="numeric">{amountOf(spent, unit)}</span> spent
        {reserved > 0 && (
          <>
            {' '}
            · <span class="numeric">{amountOf(reserved, unit)}</span> set aside
          </>
        )}
      </p>
      <BurnDownPicture budget={budget} nowMs={nowMs} />
      <p class="budget-forecast">{forecastWords(budget, nowMs)}</p>
    </>
  );
}
