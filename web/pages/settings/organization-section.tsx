import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { limits } from '../../../wire/limits.ts';
import { account } from '../../account.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { NameDialog } from '../../components/settings/name-dialog.tsx';
import { NameForm } from '../../components/settings/name-form.tsx';
import { sayRenamed } from '../../components/settings/renamed.ts';
import { Section } from '../../components/settings/section.tsx';
import { mayManageOrganization, roleNotes } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';

export function OrganizationSection() {
  const { me, organization } = useOrganization();
  const { route } = useLocation();
  const leaving = useSignal(false);
  const creating = useSignal(location.hash === '#new');
  useEffect(() => {
    if (location.hash === '#new') history.replaceState(null, '', location.pathname);
  }, []);

  const leave = async () => {
    await read(client.api.members[':userId'].$delete({ param: { userId: me.user.id } }));
    const next = me.organizations.find(({ id }) => id !== organization.id);
    route(next ? `/${next.id}/sessions` : '/', true);
    await account.load();
  };
  const put = async (name: string) => {
    await read(client.api.organization.$patch({ json: { name } }));
    await account.load();
  };
  const rename = async (name: string) => {
    const before = organization.name;
    await put(name);
    sayRenamed('The organization', name, () => put(before));
  };
  const create = async (name: string) => {
    const made = await read(client.api.organizations.$post({ json: { name } }, once()));
    await account.load();
    route(`/${made.organization.id}/sessions`);
    return null;
  };

  return (
    <>
      <Section title={organization.name}>
        <dl class="facts">
          <div>
            <dt>Your role</dt>
            <dd>
              {organization.role} <span class="faint">{roleNotes[organization.role]}</span>
            </dd>
          </div>
          <div>
            <dt>Id</dt>
            <dd>
              <code>{organization.id}</code>
              <CopyButton text={organization.id} label="Copy id" iconOnly />
            </dd>
          </div>
        </dl>
        {mayManageOrganization(organization.role) && (
          <NameForm
            label="Name"
            name={organization.name}
            hint="As all members see it."
            maxLength={limits.maxOrganizationNameLength}
            onRename={rename}
          />
        )}
      </Section>
      <Section
        title="Another organization"
        lead="Its sessions, projects, members and tokens are its own."
        action={
          <Button icon="plus" onClick={() => (creating.value = true)}>
            New organization
          </Button>
        }
      >
        {null}
      </Section>
      <Section
        title="Leave"
        lead={`You lose sight of ${organization.name}; your tokens in it stop working. An owner can invite you again.`}
        action={<Button onClick={() => (leaving.value = true)}>Leave organization</Button>}
      >
        {null}
      </Section>
      <NameDialog
        open={creating.value}
        title="New organization"
        verb="Create organization"
        lead="You become its owner. It starts with one project."
        maxLength={limits.maxOrganizationNameLength}
        onClose={() => (creating.value = false)}
        onName={create}
      />
      <Confirm
        open={leaving.value}
        title={`Leave ${organization.name}?`}
        verb={`Leave ${organization.name}`}
        onClose={() => (leaving.value = false)}
        onConfirm={leave}
      >
        <p>
          You lose sight of its sessions at once, and your ingest and API tokens in it stop working within 60 s. Sessions that
          your agents have sent stay.
        </p>
      </Confirm>
    </>
  );
}
