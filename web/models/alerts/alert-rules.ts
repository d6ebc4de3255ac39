import { computed, createModel, signal } from '@preact/signals';
import type { AlertRule, AlertRulePatch, NewAlertRule } from '../../../wire/alert.ts';
import { asError } from '../as-error.ts';
import { withItem } from '../item-list.ts';

export type WantedAlertRule = Partial<NewAlertRule> & Pick<NewAlertRule, 'name' | 'kind'>;

export interface AlertRulesPorts {
  list(): Promise<AlertRule[]>;
  create(rule: WantedAlertRule): Promise<AlertRule>;
  change(id: string, patch: AlertRulePatch): Promise<AlertRule>;
  remove(id: string): Promise<void>;
}

/** Alert rules: the built-in ones, then the organization's own. */
export const AlertRulesModel = createModel((ports: AlertRulesPorts) => {
  const rules = signal<readonly AlertRule[] | null>(null);
  const failure = signal<Error | null>(null);
  const put = (rule: AlertRule) => {
    rules.value = withItem(rules.peek() ?? [], rule);
  };
  const load = async () => {
    try {
      rules.value = await ports.list();
      failure.value = null;
    } catch (error) {
      failure.value = asError(error);
    }
  };
  return {
    rules: computed(() => rules.value),
    /** Of the last reading; what is known stays. */
    failure: computed(() => failure.value),
    load,
    create: async (rule: WantedAlertRule) => put(await ports.create(rule)),
    change: async (id: string, patch: AlertRulePatch) => put(await ports.change(id, patch)),
    /** A built-in one is then as it was. */
    async remove(id: string) {
      await ports.remove(id);
      await load();
    },
  };
});
