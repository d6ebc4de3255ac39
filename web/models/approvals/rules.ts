import { computed, createModel, signal } from '@preact/signals';
import type { NewRule, Rule, RulePatch } from '../../../wire/rule.ts';
import { asError } from '../as-error.ts';
import { withItem } from '../item-list.ts';

export interface RulesPorts {
  list(): Promise<Rule[]>;
  create(rule: Partial<NewRule> & { name: string }): Promise<Rule>;
  change(id: string, patch: RulePatch): Promise<Rule>;
  remove(id: string): Promise<void>;
}

/** An organization's rules, the oldest first, as they are matched. */
export const RulesModel = createModel((ports: RulesPorts) => {
  const rules = signal<readonly Rule[] | null>(null);
  const failure = signal<Error | null>(null);
  const put = (rule: Rule) => {
    rules.value = withItem(rules.peek() ?? [], rule);
    return rule;
  };
  return {
    rules: computed(() => rules.value),
    /** Of the last reading; what is known stays. */
    failure: computed(() => failure.value),
    async load() {
      try {
        rules.value = await ports.list();
        failure.value = null;
      } catch (error) {
        failure.value = asError(error);
      }
    },
    create: async (rule: Partial<NewRule> & { name: string }) => put(await ports.create(rule)),
    change: async (id: string, patch: RulePatch) => put(await ports.change(id, patch)),
    async remove(id: string) {
      await ports.remove(id);
      rules.value = (rules.peek() ?? []).filter((rule) => rule.id !== id);
    },
  };
});
