import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Integration } from '../../../wire/integration.ts';
import { client, read } from '../../api.ts';
import { slowNow } from '../../clock.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Menu } from '../../components/menu.tsx';
import { ItemRows } from '../../components/settings/item-rows.tsx';
import { Section } from '../../components/settings/section.tsx';
import { showFailure } from '../../components/toast.tsx';
import { relative } from '../../format.ts';
import { codeHostGuides, triggerWords } from '../../models/alerts/code-host-guides.ts';
import { itemList, withItem } from '../../models/item-list.ts';
import { mayManageIntegrations } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { CodeHostDialog, CodeHostSettingsDialog } from './code-host-dialog.tsx';
import { InstalledDialog } from './installed-dialog.tsx';
import { ReceivedDialog } from './received-dialog.tsx';

const route = client.api.integrations;

/** What is done to which integration at the moment. */
type Act = { verb: 'create' } | { verb: 'settings' | 'received' | 'remove'; integration: Integration };

/** Whose events start sessions. */
export function CodeHostsSection() {
  const { organization, projects } = useOrganization();
  const manages = mayManageIntegrations(organization.role);
  const list = useMemo(() => itemList<Integration>(() => read(route.$get())), []);
  const [act, setAct] = useState<Act | null>(null);
  const close = () => setAct(null);
  useEffect(() => {
    list.load();
    if (projects.items.peek() === null) projects.load();
  }, []);
  const put = (integration: Integration) => list.update((all) => withItem(all, integration));
  const toggle = async ({ id, isPaused }: Integration) => {
    try {
      put(await read(route[':id'].$patch({ param: { id }, json: { isPaused: !isPaused } })));
    } catch (error) {
      showFailure(error);
    }
  };
  const projectOf = ({ projectId }: Integration) => projects.items.value?.find(({ id }) => id === projectId)?.name ?? '';
  return (
    <Section
      title="GitHub and GitLab"
      lead="What happens there starts sessions here, which a machine with flightdeck work takes; each is told where it was asked for."
      action={
        manages && (
          <Button icon="plus" onClick={() => setAct({ verb: 'create' })}>
            Connect
          </Button>
        )
      }
    >
      <ItemRows
        list={list}
        what="Integrations"
        empty={manages ? 'Nothing is connected yet.' : 'Nothing is connected yet. Admins do that.'}
        keyOf={({ id }) => id}
      >
        {(integration) => (
          <>
            <span class="row-main">
              <strong class="truncate">{integration.name}</strong>
              <span class="muted truncate">
                {codeHostGuides[integration.kind].name} · {projectOf(integration)} · {triggerWords(integration.triggers)}
              </span>
            </span>
            <span class="channel-off">{standing(integration)}</span>
            <Menu
              label={`More for ${integration.name}`}
              groups={[
                [
                  { label: 'What came…', icon: 'clock', onSelect: () => setAct({ verb: 'received', integration }) },
                  ...(manages
                    ? [
                        { label: 'Settings…', icon: 'edit' as const, onSelect: () => setAct({ verb: 'settings', integration }) },
                        integration.isPaused
                          ? { label: 'Resume', icon: 'play' as const, onSelect: () => void toggle(integration) }
                          : { label: 'Pause', icon: 'pause' as const, onSelect: () => void toggle(integration) },
                      ]
                    : []),
                ],
                ...(manages
                  ? [
                      [
                        {
                          label: 'Delete…',
                          icon: 'trash' as const,
                          danger: true,
                          onSelect: () => setAct({ verb: 'remove', integration }),
                        },
                      ],
                    ]
                  : []),
              ]}
            >
              {({ buttonRef, ...trigger }) => (
                <IconButton icon="more" label={`More for ${integration.name}`} buttonRef={buttonRef} {...trigger} />
              )}
            </Menu>
          </>
        )}
      </ItemRows>
      <InstalledDialog onMade={put} onConflict={list.load} />
      {act?.verb === 'create' && <CodeHostDialog onClose={close} onMade={put} />}
      {act?.verb === 'settings' && <CodeHostSettingsDialog integration={act.integration} onClose={close} onChanged={put} />}
      {act?.verb === 'received' && <ReceivedDialog integration={act.integration} onClose={close} />}
      <Confirm
        open={act?.verb === 'remove'}
        title={`Delete ${act?.verb === 'remove' ? act.integration.name : ''}?`}
        verb="Delete integration"
        onClose={close}
        onConfirm={async () => {
          if (act?.verb !== 'remove') return;
          const { id } = act.integration;
          await read(route[':id'].$delete({ param: { id } }));
          list.update((all) => all.filter((one) => one.id !== id));
        }}
      >
        <p>Its address answers nobody any more, and its sessions are no longer told there. The sessions stay.</p>
      </Confirm>
    </Section>
  );
}

function standing({ isPaused, lastReceivedAt, installation }: Integration): string {
  if (installation?.isGone) return 'The App was uninstalled on GitHub';
  if (isPaused) return 'Paused';
  return lastReceivedAt ? `Heard ${relative(Date.parse(lastReceivedAt), slowNow.value)}` : 'Nothing received yet';
}
