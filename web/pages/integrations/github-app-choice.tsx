import { useEffect, useState } from 'preact/hooks';
import { client, read } from '../../api.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { showFailure } from '../../components/toast.tsx';

/** GitHub through this deployment's App, or by a webhook; where there is no App, straight to the webhook. */
export function GitHubAppChoice({ onWebhook }: { onWebhook: () => void }) {
  const [installUrl, setInstallUrl] = useState<string | null>(null);
  useEffect(() => {
    read(client.api['github-app'].$get()).then(
      (door) => (door.installUrl === null ? onWebhook() : setInstallUrl(door.installUrl)),
      (error) => {
        showFailure(error);
        onWebhook();
      },
    );
  }, []);
  if (installUrl === null) return <p class="muted">Looking for the App…</p>;
  return (
    <div class="channel-form">
      <p>
        Install the App on the account or the repositories that you choose. It brings its own webhook and its own access: there is
        nothing to paste.
      </p>
      <div class="section-actions">
        <LinkButton kind="primary" href={installUrl}>
          Install on GitHub
        </LinkButton>
        <Button onClick={onWebhook}>Use a webhook</Button>
      </div>
    </div>
  );
}
