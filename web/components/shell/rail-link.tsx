import { useLocation } from 'preact-iso';
import { Icon, type IconName } from '../icon.tsx';

interface RailLinkProps {
  href: string;
  icon: IconName;
  label: string;
  badge?: number;
  badgeLabel?: string;
}

export function RailLink({ href, icon, label, badge = 0, badgeLabel }: RailLinkProps) {
  const { path } = useLocation();
  const current = path === href || path.startsWith(`${href}/`);
  return (
    <a class="rail-link" href={href} aria-current={current ? 'page' : undefined} title={label}>
      <Icon name={icon} />
      <span class="rail-label">{label}</span>
      {badge > 0 && (
        <span class="rail-badge numeric">
          {badge}
          <span class="visually-hidden"> {badgeLabel}</span>
        </span>
      )}
    </a>
  );
}
