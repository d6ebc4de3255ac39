import type { ComponentChildren } from 'preact';
import { Button, IconButton } from '../../../components/button.tsx';
import { Chip } from '../../../components/chip.tsx';
import { FilterMenu } from '../../../components/filter-menu.tsx';
import { number } from '../../../format.ts';
import {
  type Category,
  categories,
  isFiltering,
  noFilter,
  type TimelineFilter,
  toggled,
} from '../../../models/session/session-filter.ts';
import './filter-bar.css';

interface FilterBarProps {
  filter: TimelineFilter;
  tools: ReadonlyMap<string, number>;
  onFilter: (filter: TimelineFilter) => void;
  onFind: () => void;
  /** Undefined while it is replayed already. */
  onReplay: (() => void) | undefined;
  /** Opens the outline where it has no column of its own. */
  onOutline: () => void;
  /** The find bar, while somebody searches. */
  children?: ComponentChildren;
}

const names: Record<Category, string> = {
  prompts: 'Prompts',
  messages: 'Messages',
  tools: 'Tool calls',
  errors: 'Errors',
  approvals: 'Approvals',
  subagents: 'Subagents',
  turns: 'Turns',
  notices: 'Notices',
  usage: 'Model calls',
  other: 'Everything else',
};

/** What the timeline is narrowed to, as chips, and the menus that add more. */
export function FilterBar({ filter, tools, onFilter, onFind, onReplay, onOutline, children }: FilterBarProps) {
  const show = (category: Category) => onFilter({ ...filter, show: toggled(filter.show, category) });
  const pick = (tool: string) => onFilter({ ...filter, tools: toggled(filter.tools, tool) });
  const toolItems = [...tools].sort((a, b) => b[1] - a[1]);
  return (
    <div class="timeline-bar" role="toolbar" aria-label="Timeline">
      <span class="outline-button">
        <Button kind="quiet" size="small" icon="sessions" onClick={onOutline}>
          Outline
        </Button>
      </span>
      <FilterMenu
        label="Show"
        items={categories.map((category) => ({
          label: names[category],
          checked: filter.show.has(category),
          keepOpen: true,
          onSelect: () => show(category),
        }))}
      />
      {toolItems.length > 0 && (
        <FilterMenu
          label="Tools"
          items={toolItems.map(([tool, calls]) => ({
            label: tool || 'Unnamed',
            hint: number(calls),
            checked: filter.tools.has(tool),
            keepOpen: true,
            onSelect: () => pick(tool),
          }))}
        />
      )}
      <div class="timeline-chips">
        {[...filter.show].map((category) => (
          <Chip key={category} name={names[category]} onRemove={() => show(category)}>
            {names[category]}
          </Chip>
        ))}
        {[...filter.tools].map((tool) => (
          <Chip key={tool} name={tool} onRemove={() => pick(tool)}>
            <bdi class="mono">{tool}</bdi>
          </Chip>
        ))}
        {isFiltering(filter) && (
          <Button kind="quiet" size="small" onClick={() => onFilter(noFilter)}>
            Clear
          </Button>
        )}
      </div>
      {onReplay && <IconButton icon="replay" label="Replay (r)" onClick={onReplay} />}
      {children || <IconButton icon="search" label="Find in this session (/)" onClick={onFind} />}
    </div>
  );
}
