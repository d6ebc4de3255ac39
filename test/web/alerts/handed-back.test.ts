import { describe, expect, it } from 'vitest';
import { handedBackIn, missingWords, pathFor } from '../../../web/models/alerts/handed-back.ts';

const organization = `org_${'0'.repeat(26)}`;
const search = `?installation_id=42&setup_action=install&code=abc&state=${organization}.ey.J.x`;

describe('what GitHub hands back', () => {
  it('is read, whole or not at all', () => {
    expect(handedBackIn(search)).toEqual({ installationId: 42, code: 'abc', state: `${organization}.ey.J.x` });
    for (const missing of ['installation_id=42', 'code=abc', `state=${organization}.ey.J.x`])
      expect(handedBackIn(search.replace(missing, ''))).toBeUndefined();
    for (const odd of ['-1', '1.5', 'x', '1e99']) expect(handedBackIn(search.replace('42', odd))).toBeUndefined();
  });

  it('leads to the organization that it was begun for, and nowhere else', () => {
    expect(pathFor(search)).toBe(`/${organization}/settings/integrations${search}`);
    for (const state of ['', 'x', '//evil.example', `${organization}/..`])
      expect(pathFor(`?installation_id=42&code=abc&state=${encodeURIComponent(state)}`)).toBeNull();
  });

  it('says what is missing where it leads nowhere', () => {
    const state = `state=${organization}.ey.J.x`;
    const searches = [`?error=access_denied&${state}`, `?setup_action=request&${state}`, '?installation_id=42&code=abc'];
    expect(searches.map(pathFor)).toEqual([null, null, null]);
    expect(searches.map((each) => missingWords(each).title)).toEqual([
      'GitHub was not allowed to say who you are, and nothing is connected',
      'An owner on GitHub has to approve the App first',
      'The GitHub App was installed, and nothing is connected yet',
    ]);
  });
});
