import { useEffect, useMemo } from 'preact/hooks';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/figures.tsx';
import { Section } from '../../components/settings/section.tsx';
import { Notice } from '../../components/states.tsx';
import { PushDeviceModel, type PushState } from '../../models/alerts/push-device.ts';
import { useOrganization } from '../../organization-scope.ts';
import { pushPorts } from '../../push.ts';
import { pushMemory } from '../../push-memory.ts';

const route = client.api.push;

const words: Record<PushState, string> = {
  loading: 'Looking…',
  failed: 'Whether they are on could not be found out.',
  unsupported:
    'This browser shows no notifications. On an iPhone, add Flightdeck to the home screen first and open it from there.',
  blocked: 'Notifications from here are blocked. Allow them in the browser’s settings of this page, and reload.',
  off: 'They are off in this browser. They open the exact card, also while no page of Flightdeck is open.',
  on: 'They are on in this browser: whatever is sent to a channel of the kind Notifications is shown here.',
};

/** Notifications of the browser that somebody sits before, and where else they have them. */
export function DeviceSection() {
  const { organization } = useOrganization();
  const model = useMemo(
    () =>
      new PushDeviceModel({
        ...pushPorts,
        read: () => read(route.$get()),
        add: (json) => read(route.devices.$post({ json })),
        remove: async (id) => {
          await read(route.devices[':id'].$delete({ param: { id } }));
        },
        remembered: () => pushMemory.read(organization.id),
        remember: (id) => pushMemory.write(organization.id, id),
        isOnElsewhere: pushMemory.isAny,
      }),
    [],
  );
  useEffect(() => {
    model.load();
  }, []);
  const state = model.state.value;
  const own = model.own.value;
  const failure = model.failure.value;
  return (
    <Section
      title="Notifications on this device"
      lead={words[state]}
      action={
        <>
          {state === 'failed' && (
            <Button busy={model.busy.value} onClick={model.load}>
              Try again
            </Button>
          )}
          {state === 'off' && (
            <Button kind="primary" busy={model.busy.value} onClick={model.turnOn}>
              Turn on
            </Button>
          )}
          {state === 'on' && own && (
            <Button busy={model.busy.value} onClick={() => model.turnOff(own)}>
              Turn off
            </Button>
          )}
        </>
      }
    >
      {failure && <Notice tone="bad">{failure.message}</Notice>}
      <ul class="rows">
        {model.devices.value
          .filter(({ id }) => id !== own)
          .map(({ id, name, createdAt }) => (
            <li class="row" key={id}>
              <span class="row-main">
                <strong>{name}</strong>
                <span class="muted">
                  On since <RelativeTime at={createdAt} />
                </span>
              </span>
              <Button size="small" disabled={model.busy.value} onClick={() => model.turnOff(id)}>
                Turn off
              </Button>
            </li>
          ))}
      </ul>
    </Section>
  );
}
