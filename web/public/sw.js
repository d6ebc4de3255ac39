// Shows what the server pushes, also while no page is open, and opens the page that it is about.

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const { title = 'Flightdeck', body = '', tag, url = '/' } = read(event.data);
  const options = { body, tag, data: { url }, icon: '/icons/icon-192.png', badge: '/icons/badge-96.png' };
  // Browsers withdraw the permission of whoever is pushed to and shows nothing.
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? '/'));
});

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

/** In the page that is there already, else in a new one; never an address of somebody else. */
async function open(path) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) return;
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find((each) => each.visibilityState === 'visible') ?? pages[0];
  if (!page) return self.clients.openWindow(url.href);
  await page.focus().catch(() => {});
  // A page that this worker does not control yet cannot be navigated by it; it goes there itself.
  await page.navigate(url.href).catch(() => page.postMessage({ type: 'open', path: url.pathname + url.search }));
}
