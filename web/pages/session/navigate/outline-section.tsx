import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../../../components/icon.tsx';
import { number, plural } from '../../../format.ts';

/** More than this many entries are opened on demand: nobody reads a thousand, and drawing them would cost. */
const firstItems = 12;

interface OutlineSectionProps<Item> {
  title: string;
  items: readonly Item[];
  /** Shown instead of an empty list; without it an empty section isn't there. */
  empty?: string;
  tone?: 'bad';
  open?: boolean;
  children: (item: Item) => ComponentChildren;
}

/** A heading with its count and the newest of its entries. */
export function OutlineSection<Item>({ title, items, empty, tone, open = false, children }: OutlineSectionProps<Item>) {
  const [shown, setShown] = useState(open);
  const [limit, setLimit] = useState(firstItems);
  if (items.length === 0 && !empty) return null;
  const hidden = Math.max(0, items.length - limit);
  return (
    <section class="outline-section">
      <h2>
        <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
          <Icon name={shown ? 'down' : 'right'} size={12} />
          {title}
          {items.length > 0 && <span class={`numeric ${tone ?? ''}`}>{number(items.length)}</span>}
        </button>
      </h2>
      {shown && hidden > 0 && (
        <button type="button" class="outline-more" onClick={() => setLimit(limit + 100)}>
          {plural(hidden, 'earlier one')}
        </button>
      )}
      {shown && items.length > 0 && <ul>{items.slice(hidden).map(children)}</ul>}
      {shown && items.length === 0 && <p class="faint">{empty}</p>}
    </section>
  );
}
