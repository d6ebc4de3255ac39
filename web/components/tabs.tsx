import { useId, useRef } from 'preact/hooks';
import './tabs.css';

interface TabsProps<Id extends string> {
  label: string;
  tabs: { id: Id; label: string; count?: number }[];
  current: Id;
  onChange: (id: Id) => void;
  /** The id of the element that the tabs change. */
  panelId?: string;
}

/** One of a few views; arrow keys move between them. */
export function Tabs<Id extends string>({ label, tabs, current, onChange, panelId }: TabsProps<Id>) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.id === current);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${base}-${next.id}`)}`)?.focus();
  };

  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          type="button"
          key={tab.id}
          id={`${base}-${tab.id}`}
          class="tab"
          role="tab"
          aria-selected={tab.id === current}
          aria-controls={panelId}
          tabIndex={tab.id === current ? 0 : -1}
          onClick={() => onChange(tab.id)}
        >
          {tab.label}
          {tab.count !== undefined && <span class="tab-count numeric">{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
