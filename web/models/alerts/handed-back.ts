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

/** Where the integration is made: the state names the organization that it was begun for; null where there is no state. */
export function pathFor(search: string): string | null {
  const organization = /^(org_[0-9a-z]{26})\./.exec(new URLSearchParams(search).get('state') ?? '')?.[1];
  return organization === undefined ? null : `/${organization}/settings/integrations${search}`;
}
