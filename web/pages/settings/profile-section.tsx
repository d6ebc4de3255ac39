import { limits } from '../../../wire/limits.ts';
import { account } from '../../account.ts';
import { client, read } from '../../api.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import type { IconName } from '../../components/icon.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { NameForm } from '../../components/settings/name-form.tsx';
import { sayRenamed } from '../../components/settings/renamed.ts';
import { Section } from '../../components/settings/section.tsx';
import { useOrganization } from '../../organization-scope.ts';
import { setTheme, type Theme, theme } from '../../theme.ts';
import { logOut } from '../log-out.ts';
import { PasswordForm } from './password-form.tsx';

const themes: { value: Theme; label: string; icon: IconName }[] = [
  { value: 'system', label: 'System', icon: 'screen' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
];

export function ProfileSection() {
  const { me } = useOrganization();
  const put = async (name: string) => {
    await read(client.api.me.$patch({ json: { name } }));
    await account.load();
  };
  const rename = async (name: string) => {
    const before = me.user.name;
    await put(name);
    sayRenamed('Your account', name, () => put(before));
  };
  return (
    <>
      <Section title="Profile">
        <div class="profile">
          <Avatar name={me.user.name} id={me.user.id} size={40} />
          <div>
            <strong>{me.user.name}</strong>
            <p class="muted">{me.user.email}</p>
          </div>
        </div>
        <NameForm
          label="Name"
          name={me.user.name}
          autocomplete="name"
          hint="As members see you, in every organization of yours."
          maxLength={limits.maxPersonNameLength}
          onRename={rename}
        />
      </Section>
      <Section
        title="Password"
        lead="A new one ends your logins on all other browsers, and reset links made for you. Tokens go on working."
      >
        <PasswordForm email={me.user.email} />
      </Section>
      <Section title="Appearance" lead="On this browser.">
        <Segmented label="Theme" options={themes} value={theme.value} onChange={setTheme} />
      </Section>
      <Section title="Login" lead="Logging out ends this browser's login and closes its live views.">
        <div>
          <Button icon="logout" onClick={logOut}>
            Log out
          </Button>
        </div>
      </Section>
    </>
  );
}
