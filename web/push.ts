import type { NewPushDevice } from '../wire/push.ts';

/** The service worker shows what is pushed; it serves no pages, so that nobody ever sees an old one. */
const script = '/sw.js';

/** Has the service worker ready, and goes where a tapped notification leads. */
export function followNotifications(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(script).catch(() => {
    // Without it there are no notifications, and the settings say so.
  });
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.type === 'open' && typeof data.path === 'string' && data.path.startsWith('/')) location.assign(data.path);
  });
}

/** What this browser can do and has done about notifications. */
export const pushPorts = {
  isSupported: (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window,
  isBlocked: (): boolean => Notification.permission === 'denied',
  async current(): Promise<NewPushDevice | null> {
    const registration = await navigator.serviceWorker.getRegistration();
    const subscription = await registration?.pushManager.getSubscription();
    return subscription ? asDevice(subscription) : null;
  },
  /** Asks the person for the permission; null where they say no. */
  async subscribe(publicKey: string): Promise<NewPushDevice | null> {
    if ((await Notification.requestPermission()) !== 'granted') return null;
    const registration = await navigator.serviceWorker.ready;
    const wanted = { userVisibleOnly: true, applicationServerKey: publicKey };
    // One that another key was used for cannot be changed, only ended.
    const subscription = await registration.pushManager.subscribe(wanted).catch(async () => {
      await (await registration.pushManager.getSubscription())?.unsubscribe();
      return registration.pushManager.subscribe(wanted);
    });
    return asDevice(subscription);
  },
  async unsubscribe(): Promise<void> {
    const registration = await navigator.serviceWorker.getRegistration();
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
  },
};

function asDevice(subscription: PushSubscription): NewPushDevice {
  const { endpoint = '', keys } = subscription.toJSON();
  return { name: deviceName(navigator.userAgent), endpoint, keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } };
}

/** What a browser and its machine are called, as far as it says: "Chrome on Android". */
export function deviceName(userAgent: string): string {
  const find = (known: [string, RegExp][]) => known.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser = find([
    ['Edge', /Edg/],
    ['Firefox', /Firefox|FxiOS/],
    ['Chrome', /Chrome|CriOS|Chromium/],
    ['Safari', /Safari/],
  ]);
  const system = find([
    ['iPhone', /iPhone/],
    ['iPad', /iPad/],
    ['Android', /Android/],
    ['Windows', /Windows/],
    ['Mac', /Mac OS/],
    ['Linux', /Linux/],
  ]);
  return [browser ?? 'A browser', system].filter(Boolean).join(' on ');
}
