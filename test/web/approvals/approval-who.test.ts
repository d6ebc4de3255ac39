import { expect, it } from 'vitest';
import { ApprovalWho } from '../../../web/components/approvals/approval-who.tsx';
import { shownText } from '../shown-text.ts';

const approval = { tool: 'Bash', sessionTitle: 'Ship\u202e it', agent: 'claude-code', cwd: '/srv/\u202eshop' };

it('a card says the whole folder that its call would run in, and nothing in it or in the title turns the words around', () => {
  const listed = ApprovalWho({ approval, projectName: 'Shop', href: '/s' });
  expect(shownText(listed)).toBe('Ship⟨RLO⟩ itClaude Code · Shop/srv/⟨U+202E⟩shop');
  const onItsPage = ApprovalWho({ approval: { ...approval, cwd: null }, projectName: 'Shop', href: undefined });
  expect(shownText(onItsPage)).toBe('BashClaude Code · Shop');
});
