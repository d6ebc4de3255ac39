import type { BrowserContext, CDPSession, Page, Worker } from 'playwright-core';
import { launchProfile } from '../../scripts/local/browser.ts';
import type { NewPushDevice } from '../../wire/push.ts';
import { temporaryFolder } from './server-process.ts';

export interface ShownNotification {
  title: string;
  body: string;
  tag: string;
  url: string;
}

interface Manifest {
  name: string;
  icons: { src: string; sizes: string }[];
}

/**
 * A browser with a profile, in which an app can be installed and may show notifications. The subscription is made up, because
 * a browser makes one with its vendor's push service alone; whatever comes of it is delivered through the protocol of its developer tools.
 */
export async function installedApp(url: string, subscription: Omit<NewPushDevice, 'name'>) {
  const context = await launchProfile(temporaryFolder());
  await context.grantPermissions(['notifications'], { origin: url });
  await context.addInitScript(subscribeTo, subscription);
  // One that stays, so that there is somebody to talk to the browser through when no page of ours is open.
  const [bystander = await context.newPage()] = context.pages();
  return {
    context,
    /** Delivers what a push service would. */
    async push(message: unknown): Promise<void> {
      const worker = await workerOf(context);
      await worker.evaluate(lendNotifications);
      const session = await context.newCDPSession(bystander);
      const registrationId = await registrationAt(session, url);
      await session.send('ServiceWorker.deliverPushMessage', { origin: url, registrationId, data: JSON.stringify(message) });
    },
    /** What the person sees. */
    shown: async (): Promise<ShownNotification[]> => (await workerOf(context)).evaluate(shownIn),
    /** Taps a notification; answers the address that the worker asked the browser to open a window at, if it did. */
    tap: async (tag: string): Promise<string | null> => (await workerOf(context)).evaluate(tapIn, tag),
    close: () => context.close(),
  };
}

/** The manifest, and what the browser finds wrong with it, or with installing what it describes. */
export async function manifestOf(page: Page): Promise<{ manifest: Manifest; faults: string[] }> {
  const session = await page.context().newCDPSession(page);
  const { data = '', errors } = await session.send('Page.getAppManifest');
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  const faults = [...errors.map(({ message }) => message), ...installabilityErrors.map(({ errorId }) => errorId)];
  return { manifest: JSON.parse(data), faults };
}

const workerOf = async (context: BrowserContext): Promise<Worker> =>
  context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));

async function registrationAt(session: CDPSession, url: string): Promise<string> {
  const found = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const registration = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${url}/` && !isDeleted);
      if (registration) resolve(registration.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  return found;
}

// What follows runs in the browser.

function subscribeTo(subscription: Omit<NewPushDevice, 'name'>): void {
  // About the bystander's page: nobody's storage.
  if (location.protocol === 'about:') return;
  // A headless shell says that it asked and may, and shows nothing all the same.
  if (Notification.permission === 'denied') Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
  const key = 'test.subscribed';
  const made = {
    toJSON: () => subscription,
    unsubscribe: async () => {
      localStorage.removeItem(key);
      return true;
    },
  };
  Object.assign(PushManager.prototype, {
    subscribe: async () => {
      localStorage.setItem(key, 'yes');
      return made;
    },
    getSubscription: async () => (localStorage.getItem(key) ? made : null),
  });
}

interface WorkerScope {
  registration: {
    showNotification(title: string, options: object): Promise<void>;
    getNotifications(): Promise<{ title: string; body: string; tag: string; data: { url: string } }[]>;
  };
  Notification: { permission: string };
  clients: { openWindow(url: string): Promise<null> };
  dispatchEvent(event: Event): boolean;
}

/** A headless shell has no notifications. There a list stands in for the place where a system shows them. */
function lendNotifications(): void {
  const scope = globalThis as unknown as WorkerScope;
  if (scope.Notification.permission === 'granted' || Object.hasOwn(scope.registration, 'getNotifications')) return;
  const shown = new Map<string, { title: string; body: string; tag: string; data: { url: string }; close(): void }>();
  Object.assign(scope.registration, {
    showNotification: async (title: string, options: { body: string; tag: string; data: { url: string } }) => {
      shown.set(options.tag, { title, ...options, close: () => shown.delete(options.tag) });
    },
    getNotifications: async () => [...shown.values()],
  });
}

async function shownIn(): Promise<ShownNotification[]> {
  const scope = globalThis as unknown as WorkerScope;
  const shown = await scope.registration.getNotifications();
  return shown.map(({ title, body, tag, data: { url } }) => ({ title, body, tag, url }));
}

/** A browser lets a worker open windows and take the focus for a real finger only: there it is noted what it asked for. */
async function tapIn(tag: string): Promise<string | null> {
  const scope = globalThis as unknown as WorkerScope;
  let opened: string | null = null;
  scope.clients.openWindow = async (url) => {
    opened = url;
    return null;
  };
  const notification = (await scope.registration.getNotifications()).find((each) => each.tag === tag);
  const deeds: Promise<unknown>[] = [];
  const waitUntil = (deed: Promise<unknown>) => deeds.push(deed);
  scope.dispatchEvent(Object.assign(new Event('notificationclick'), { notification, waitUntil }));
  await Promise.all(deeds);
  return opened;
}
