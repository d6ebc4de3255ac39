import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { SessionRequest } from '../../../wire/work.ts';
import { client, read } from '../../api.ts';
import { Confirm } from '../../components/confirm.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { showFailure, showToast } from '../../components/toast.tsx';
import { mayEditSessions } from '../../models/rights.ts';
import { cancelWords, viewIn, WorkModel, type WorkView } from '../../models/work/work.ts';
import { useOrganization } from '../../organization-scope.ts';
import { timePorts } from '../../socket-ports.ts';
import { HoldCommand } from '../session/control/hold-command.tsx';
import { NewSession } from '../sessions/new-session.tsx';
import '../session/control/hold-notice.css';
import '../settings/settings.css';
import { WorkRow } from './work-row.tsx';
import './work.css';

const route = client.api['session-requests'];

/** Sessions that people, code hosts and schedules asked for: what waits for a machine, which machine has what, and what came of it. */
export function WorkPage() {
  const { organization, projects, connection, onFeed } = useOrganization();
  const { query, path, route: go } = useLocation();
  const view = viewIn(query.view);
  const [again, setAgain] = useState<SessionRequest | null>(null);
  const [stopped, setStopped] = useState<SessionRequest | null>(null);
  const model = useMemo(
    () =>
      new WorkModel(view, {
        ...timePorts,
        list: (statuses, cursor) => read(route.$get({ query: { status: statuses.join(','), cursor } })),
        cancel: (id) => read(route[':id'].cancel.$post({ param: { id } })),
      }),
    [view],
  );
  useEffect(() => {
    model.list.load();
    const unwatch = onFeed(model.apply);
    return () => {
      unwatch();
      model.stop();
    };
  }, [model, onFeed]);
  useEffect(() => {
    if (projects.items.peek() === null) projects.load();
  }, []);
  const works = mayEditSessions(organization.role);
  const projectOf = ({ projectId }: SessionRequest) => projects.items.value?.find(({ id }) => id === projectId)?.name ?? '';
  const cancel = async ({ id }: SessionRequest) => showToast(cancelWords(await model.cancel(id)));
  return (
    <Page title="Work" connection={connection} actions={<NewSession again={again} onClose={() => setAgain(null)} />}>
      <div class="work">
        <Tabs<WorkView>
          label="Work"
          tabs={[
            { id: 'open', label: 'Waiting and running' },
            { id: 'over', label: 'Over' },
          ]}
          current={view}
          onChange={(next) => go(next === 'open' ? path : `${path}?view=${next}`, true)}
          panelId="work-list"
        />
        <div id="work-list" role="tabpanel" aria-label={view === 'open' ? 'Waiting and running' : 'Over'}>
          {model.isEmpty.value && view === 'open' ? (
            <EmptyState icon="terminal" title="Nothing waits for a machine">
              <p>
                Sessions that are asked for here, by <a href={`/${organization.id}/settings/integrations`}>GitHub, GitLab</a> or
                the API wait here until a machine of yours takes them. In a checkout of the repository, let it work:
              </p>
              <p class="work-command">
                <HoldCommand command="flightdeck work" />
              </p>
            </EmptyState>
          ) : (
            <ItemRows
              key={view}
              list={model.list}
              what="The queue"
              empty="Nothing that was asked for is over yet."
              keyOf={({ id }) => id}
            >
              {(request) => (
                <WorkRow
                  request={request}
                  projectName={projectOf(request)}
                  href={`/${organization.id}/sessions/${request.sessionId}`}
                  isStopping={model.stopping.value.has(request.id)}
                  verbs={
                    works
                      ? {
                          cancel: () => cancel(request).catch(showFailure),
                          stop: () => setStopped(request),
                          again: () => setAgain(request),
                        }
                      : undefined
                  }
                />
              )}
            </ItemRows>
          )}
        </div>
      </div>
      <Confirm
        open={stopped !== null}
        title={`Stop “${stopped?.title}”?`}
        verb="Stop session"
        onClose={() => setStopped(null)}
        onConfirm={async () => {
          if (stopped) await cancel(stopped);
        }}
      >
        <p>
          {stopped?.machine?.name ?? 'Its machine'} ends its agent with its next report, half a minute from now at the latest. The
          session is cancelled; what the agent has changed by then stays on that machine.
        </p>
      </Confirm>
    </Page>
  );
}
