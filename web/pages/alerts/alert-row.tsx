import type { ComponentChildren } from 'preact';
import type { Alert } from '../../../wire/alert.ts';
import { slowNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { Icon } from '../../components/icon.tsx';
import { deedWords, severityNames } from '../../models/alerts/alerts-words.ts';
import { useOrganization } from '../../organization-scope.ts';

interface AlertRowProps {
  alert: Alert;
  onOpen: () => void;
  /** What can be done about it. */
  children?: ComponentChildren;
}

/** One alert: how grave, what, since when, and what somebody did about it. */
export function AlertRow({ alert, onOpen, children }: AlertRowProps) {
  const { organization, projects } = useOrganization();
  const project = projects.items.value?.find(({ id }) => id === alert.projectId)?.name;
  const deed = deedWords(alert, slowNow.value);
  return (
    <li class={`alert-row ${alert.severity}`} data-over={alert.resolvedAt !== null}>
      <span class="alert-mark" title={severityNames[alert.severity]}>
        <Icon name={alert.severity === 'info' ? 'bell' : 'warning'} />
        <span class="visually-hidden">{severityNames[alert.severity]}</span>
      </span>
      <div class="alert-words">
        <h2>
          <a href={`/${organization.id}${alert.link}`}>{alert.title}</a>
        </h2>
        <p>{alert.body}</p>
        <p class="muted">
          {alert.ruleName}
          {project && `, ${project}`}, <RelativeTime at={alert.firedAt} />
          {deed && `, ${deed}`}
        </p>
      </div>
      <div class="alert-verbs">
        {children}
        <Button size="small" kind="quiet" onClick={onOpen}>
          Details
        </Button>
      </div>
    </li>
  );
}
