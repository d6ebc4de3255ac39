import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import type { IconName } from '../../components/icon.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Section } from '../../components/settings/section.tsx';
import { useOrganization } from '../../organization-scope.ts';
import { setTheme, type Theme, theme } from '../../theme.ts';
import { logOut } from '../log-out.ts';

const themes: { value: Theme; label: string; icon: IconName }[] = [
  { value: 'system', label: 'System', icon: 'screen' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
];

export function ProfileSection() {
  const { me } = useOrganization();
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
