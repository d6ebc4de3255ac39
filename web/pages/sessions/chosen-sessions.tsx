import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ExportFormat } from '../../../wire/export.ts';
import { limits } from '../../../wire/limits.ts';
import { client, read } from '../../api.ts';
import { Confirm } from '../../components/confirm.tsx';
import { SelectionBar } from '../../components/sessions/selection-bar.tsx';
import { showFailure, showToast } from '../../components/toast.tsx';
import { saveAnswer } from '../../download.ts';
import { plural } from '../../format.ts';
import { mayDeleteSessions } from '../../models/rights.ts';
import type { SelectionModel } from '../../models/session/session-selection.ts';
import { liveStatuses } from '../../models/sessions/list-filter.ts';
import { outcomeWords, toEach } from '../../models/sessions/many-sessions.ts';
import { useOrganization } from '../../organization-scope.ts';

/** What is done with the sessions that are chosen in the list; nothing while nobody chooses. */
export function ChosenSessions({ selection }: { selection: InstanceType<typeof SelectionModel> }) {
  const { organization, sessions } = useOrganization();
  const { route } = useLocation();
  const [busy, setBusy] = useState<'export' | 'trash'>();
  const [asking, setAsking] = useState(false);
  if (!selection.isOn.value) return null;
  const ids = selection.chosen.value;
  const chosen = ids.flatMap((id) => sessions.session(id)?.value ?? []);
  const live = chosen.filter(({ status }) => liveStatuses.includes(status)).length;

  const exportAs = async (format: ExportFormat) => {
    setBusy('export');
    try {
      await saveAnswer(client.api.exports.$post({ json: { sessionIds: ids, format } }));
    } catch (error) {
      showFailure(error);
    } finally {
      setBusy(undefined);
    }
  };
  const compare = () => {
    // The one that began first is what the other is compared with.
    const [a, b] = chosen.toSorted((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
    if (a && b) route(`/${organization.id}/compare?${new URLSearchParams({ a: a.id, b: b.id })}`);
  };
  const trash = async () => {
    setBusy('trash');
    const outcome = await toEach(ids, (id) => read(client.api.sessions[':id'].$delete({ param: { id } })));
    setBusy(undefined);
    if (outcome.failure === null) selection.clear();
    showToast(outcomeWords(outcome, ids.length, 'moved to the trash'), {
      ...(outcome.failure !== null && { tone: 'bad' }),
      ...(outcome.done.length > 0 && { action: { label: 'Undo', run: () => bringBack(outcome.done) } }),
    });
  };
  return (
    <>
      <SelectionBar
        count={ids.length}
        isAll={selection.isAll.value}
        busy={busy}
        onAll={selection.all}
        onClear={selection.clear}
        onExport={exportAs}
        onCompare={ids.length === 2 ? compare : undefined}
        onTrash={mayDeleteSessions(organization.role) ? () => (live > 0 ? setAsking(true) : trash()) : undefined}
      />
      <Confirm
        open={asking}
        title={`Move ${plural(ids.length, 'session')} to the trash?`}
        verb="Move to trash"
        onClose={() => setAsking(false)}
        onConfirm={trash}
      >
        <p>
          {plural(live, 'of them is', 'of them are')} still going on: what {live === 1 ? 'its agent sends' : 'their agents send'}{' '}
          from now on is not kept. What lies in the trash can be brought back for {limits.trashDays} days.
        </p>
      </Confirm>
    </>
  );
}

async function bringBack(ids: readonly string[]): Promise<void> {
  const outcome = await toEach(ids, (id) => read(client.api.trash[':id'].restore.$post({ param: { id } })));
  showToast(outcomeWords(outcome, ids.length, 'brought back'), outcome.failure === null ? {} : { tone: 'bad' });
}
