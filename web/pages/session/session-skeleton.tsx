import { Skeleton } from '../../components/states.tsx';

const widths = ['58%', '34%', '46%', '28%', '62%', '40%', '52%', '30%', '44%', '36%', '56%', '26%'];

/** The page's true shape, before anything has arrived. */
export function SessionSkeleton() {
  return (
    <div class="session-body" aria-busy="true">
      <div class="outline-column">
        <OutlineSkeleton />
      </div>
      <div class="timeline-column">
        <div class="timeline-bar" />
        <TimelineSkeleton />
      </div>
      <div class="detail-column" />
    </div>
  );
}

export function OutlineSkeleton() {
  return (
    <div class="outline skeletons">
      <Skeleton width="100%" height={32} />
      {widths.slice(0, 8).map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}

export function TimelineSkeleton() {
  return (
    <div class="timeline-scroll" aria-busy="true">
      {widths.map((width) => (
        <div class="row" key={width}>
          <span class="row-time">
            <Skeleton width={52} height={10} />
          </span>
          <div class="row-line">
            <Skeleton width={width} />
          </div>
        </div>
      ))}
    </div>
  );
}
