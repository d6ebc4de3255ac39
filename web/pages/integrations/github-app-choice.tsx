import { useEffect, useState } from 'preact/hooks';
import { client, read } from '../../api.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Notice } from '../../components/states.tsx';
import { showFailure } from '../../components/toast.tsx';

/** GitHub through this deployment's App, or by a webhook; where there is no App, straight to the webhook. */
export function GitHubAppChoice({ onWebhook }: { onWebhook: () => void }) {
  const [installUrl, setInstallUrl] = useState<string | null>(null);
  const [missing, setMissing] = useState<string[]>([]);
  useEffect(() => {
    read(client.api['github-app'].$get()).then(
      (door) => {
        if (door.installUrl === null && door.missing.length === 0) onWebhook();
        setInstallUrl(door.installUrl);
        setMissing(door.missing);
      },
      (error) => {
        showFailure(error);
        onWebhook();
      },
    );
  }, []);
  if (missing.length > 0) return <HalfAnApp missing={missing} onWebhook={onWebhook} />;
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

/** Whoever began to set the App up learns what they left out. */
function HalfAnApp({ missing, onWebhook }: { missing: string[]; onWebhook: () => void }) {
  return (
    <div class="channel-form">
      <Notice tone="warn">
        This deployment’s GitHub App is only half set up: {missing.join(', ')} {missing.length === 1 ? 'is' : 'are'} missing.
        Whoever runs the deployment sets {missing.length === 1 ? 'it' : 'them'}; a webhook works without the App.
      </Notice>
      <div class="section-actions">
        <Button kind="primary" onClick={onWebhook}>
          Use a webhook
        </Button>
      </div>
    </div>
  );
}
