import type { CreatedToken, Project } from '../../wire/identity.ts';
import type { Page } from '../../wire/page.ts';
import type { Account } from '../local/account.ts';

export type ProjectName = 'checkout-api' | 'mobile-app' | 'platform';

/** Where the stories play, each with an ingest token of its own; a project that is there already is used again. */
export async function projectTokens(account: Account, tokenName: string): Promise<Record<ProjectName, string>> {
  const { items: known } = await account.call<Page<Project>>('GET', '/api/projects?limit=100');
  const tokenFor = async (name: ProjectName, unnamed?: Project): Promise<string> => {
    const { id } = known.find((project) => project.name === name) ?? (await make(account, name, unnamed));
    const { token } = await account.call<CreatedToken>('POST', `/api/projects/${id}/ingest-tokens`, { name: tokenName });
    return token;
  };
  return {
    // Signing up has made a project, which would stay empty beside these.
    'checkout-api': await tokenFor(
      'checkout-api',
      known.find(({ name }) => name === 'First project'),
    ),
    'mobile-app': await tokenFor('mobile-app'),
    platform: await tokenFor('platform'),
  };
}

function make(account: Account, name: ProjectName, unnamed: Project | undefined): Promise<Project> {
  if (unnamed) return account.call('PATCH', `/api/projects/${unnamed.id}`, { name });
  return account.call('POST', '/api/projects', { name });
}
