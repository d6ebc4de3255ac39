import type { ComponentChildren } from 'preact';

interface SectionProps {
  title: string;
  /** What it is for, in a sentence. */
  lead?: ComponentChildren;
  action?: ComponentChildren;
  id?: string;
  children: ComponentChildren;
}

export function Section({ title, lead, action, id, children }: SectionProps) {
  return (
    <section class="settings-section" id={id}>
      <header>
        <div>
          <h2>{title}</h2>
          {lead && <p class="muted">{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}
