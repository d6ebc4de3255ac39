import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { SlackAccount, SlackOffer } from '../../../wire/slack.ts';
import { ApiError, client, read } from '../../api.ts';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx';
import { Submit } from '../../components/submit.tsx';
import { asError } from '../../models/as-error.ts';
import { formModel } from '../../models/form.ts';
import { useOrganization } from '../../organization-scope.ts';
import './integrations.css';

const route = client.api.slack.links[':secret'];

/** What a link in Slack opens: which Slack user is to act in the name of whoever is logged in, and one button. */
export function SlackLinkPage({ secret = '' }: { secret?: string }) {
  const offer = useSignal<SlackOffer | null>(null);
  const failure = useSignal<Error | null>(null);
  const account = useSignal<SlackAccount | null>(null);
  const look = async () => {
    failure.value = null;
    try {
      offer.value = await read(route.$get({ param: { secret } }));
    } catch (error) {
      failure.value = asError(error);
    }
  };
  useEffect(() => {
    look();
  }, [secret]);
  const isOver = failure.value instanceof ApiError && failure.value.code === 'not_found';
  return (
    <Page title="Link Slack">
      {failure.value && isOver && (
        <EmptyState icon="link" title="This link is over">
          It was used, replaced by a newer one, or is more than a quarter of an hour old. Do it again in Slack, and you get
          another.
        </EmptyState>
      )}
      {failure.value && !isOver && <ErrorState title="The link did not open" detail={failure.value.message} onRetry={look} />}
      {!failure.value && !offer.value && <Skeleton height={40} />}
      {account.value && (
        <EmptyState icon="check" title={`You are @${account.value.slackName} in Slack now`}>
          Go back to Slack and do it again. You can unlink it under Settings, Integrations.
        </EmptyState>
      )}
      {offer.value && !account.value && (
        <Offer
          offer={offer.value}
          onConfirm={async () => {
            account.value = await read(route.$post({ param: { secret } }));
          }}
        />
      )}
    </Page>
  );
}

function Offer({ offer, onConfirm }: { offer: SlackOffer; onConfirm: () => Promise<void> }) {
  const { me, organization } = useOrganization();
  const form = useMemo(() => formModel({}, { check: () => ({}), submit: onConfirm, now: Date.now }), []);
  return (
    <section class="slack-offer">
      <h2>
        Is @{offer.slackName} in {offer.teamName} you?
      </h2>
      <p>
        From then on, what this Slack user presses and types is done in {organization.name} as <strong>{me.user.name}</strong> (
        {me.user.email}), with all that you may do.
      </p>
      <p class="muted">
        Confirm only if you asked for this link in Slack yourself just now. If somebody sent it to you, close this page: it is
        their Slack user.
      </p>
      <Form onSubmit={form.submit}>
        <Submit
          verb={`Yes, I am @${offer.slackName}`}
          busy={form.busy.value}
          failure={form.failure.value}
          retryAtMs={form.retryAtMs.value}
        />
      </Form>
    </section>
  );
}
