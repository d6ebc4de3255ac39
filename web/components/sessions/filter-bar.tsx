import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Project } from '../../../wire/identity.ts';
import { allStatuses, isFiltered, type ListFilter, noFilter } from '../../models/sessions/list-filter.ts';
import { Button } from '../button.tsx';
import { Chip, Kbd } from '../chip.tsx';
import { FilterMenu } from '../filter-menu.tsx';
import { Icon } from '../icon.tsx';
import { StatusMark, statusNames } from '../status-mark.tsx';
import { agentName } from './agent-names.ts';
import './filter-bar.css';

interface FilterBarProps {
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  agents: readonly string[];
  projects: readonly Project[];
  searchRef: RefObject<HTMLInputElement | null>;
  /** Begins choosing rows, where there is no room for boxes: a phone. Undefined where there are no rows. */
  onChoose: (() => void) | undefined;
  /** Where Escape and Enter in the search lead: the first row. */
  onLeaveSearch: () => void;
}

/** What the list is narrowed to, as chips, and the menus that add more. */
export function FilterBar({ filter, onFilter, agents, projects, searchRef, onChoose, onLeaveSearch }: FilterBarProps) {
  // The address follows the typing; while it does, what stands in the field is the person's.
  const text = useSignal(filter.text);
  useEffect(() => {
    if (document.activeElement !== searchRef.current) text.value = filter.text;
  }, [filter.text]);
  const search = (words: string) => {
    text.value = words;
    change({ text: words });
  };
  const change = (part: Partial<ListFilter>) => onFilter({ ...filter, ...part });
  const projectName = (id: string) => projects.find((project) => project.id === id)?.name ?? 'Unknown project';
  const toggleStatus = (status: (typeof allStatuses)[number]) =>
    change({ statuses: allStatuses.filter((other) => filter.statuses.includes(other) !== (other === status)) });

  return (
    <search class="filters">
      <div class="filter-search">
        <Icon name="search" size={14} />
        <input
          ref={searchRef}
          type="search"
          aria-label="Filter by title, branch, model or activity"
          placeholder="Filter"
          value={text.value}
          onInput={(event) => search(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && text.value !== '') search('');
            else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') onLeaveSearch();
            else return;
            event.preventDefault();
          }}
        />
        <Kbd>/</Kbd>
      </div>
      <FilterMenu
        label="Status"
        items={allStatuses.map((status) => ({
          label: statusNames[status],
          mark: <StatusMark status={status} bare />,
          checked: filter.statuses.includes(status),
          keepOpen: true,
          onSelect: () => toggleStatus(status),
        }))}
      />
      <FilterMenu
        label="Agent"
        items={agents.map((agent) => ({
          label: agentName(agent),
          checked: filter.agent === agent,
          onSelect: () => change({ agent: filter.agent === agent ? null : agent }),
        }))}
      />
      <FilterMenu
        label="Project"
        items={projects.map(({ id, name }) => ({
          label: name,
          checked: filter.projectId === id,
          onSelect: () => change({ projectId: filter.projectId === id ? null : id }),
        }))}
      />
      {filter.statuses.map((status) => (
        <Chip key={status} name={statusNames[status]} onRemove={() => toggleStatus(status)}>
          <StatusMark status={status} size={12} labelled />
        </Chip>
      ))}
      {filter.within && (
        <Chip name="time window" onRemove={() => change({ within: null })}>
          {filter.within === 'today' ? 'Today' : 'Last 24 h'}
        </Chip>
      )}
      {filter.agent && (
        <Chip name={agentName(filter.agent)} onRemove={() => change({ agent: null })}>
          {agentName(filter.agent)}
        </Chip>
      )}
      {filter.projectId && (
        <Chip name={projectName(filter.projectId)} onRemove={() => change({ projectId: null })}>
          {projectName(filter.projectId)}
        </Chip>
      )}
      {isFiltered(filter) && (
        <Button kind="quiet" size="small" onClick={() => onFilter(noFilter)}>
          Clear
        </Button>
      )}
      {onChoose && (
        <span class="choose-rows">
          <Button kind="quiet" size="small" onClick={onChoose}>
            Select
          </Button>
        </span>
      )}
    </search>
  );
}
