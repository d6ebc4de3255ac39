/** What GitHub hands back after the App was installed, as it is in the address. */
export interface HandedBack {
  installationId: number;
  code: string;
  state: string;
}

/** Undefined where something of it is missing. */
export function handedBackIn(search: string): HandedBack | undefined {
  const query = new URLSearchParams(search);
  const installationId = Number(query.get('installation_id'));
  const code = query.get('code');
  const state = query.get('state');
  if (!Number.isSafeInteger(installationId) || installationId <= 0 || !code || !state) return undefined;
  return { installationId, code, state };
}

/** Where the integration is made: the state names the organization that it was begun for; null where nothing can be made of it. */
export function pathFor(search: string): string | null {
  const organization = /^(org_[0-9a-z]{26})\./.exec(handedBackIn(search)?.state ?? '')?.[1];
  return organization === undefined ? null : `/${organization}/settings/integrations${search}`;
}

/** Why nothing was connected, in words. */
export function missingWords(search: string): { title: string; detail: string } {
  const query = new URLSearchParams(search);
  if (query.get('setup_action') === 'request')
    return {
      title: 'An owner on GitHub has to approve the App first',
      detail: 'They were asked. Once they have, begin again in Flightdeck: Settings, Integrations, Connect, GitHub.',
    };
  if (query.has('error'))
    return {
      title: 'GitHub was not allowed to say who you are, and nothing is connected',
      detail:
        'Begin again in Flightdeck: Settings, Integrations, Connect, GitHub. The App asks for it once, to see that the account is yours.',
    };
  return {
    title: 'The GitHub App was installed, and nothing is connected yet',
    detail: 'GitHub did not say for which organization. Begin in Flightdeck: Settings, Integrations, Connect, GitHub.',
  };
}
