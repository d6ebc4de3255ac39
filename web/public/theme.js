// Runs before the first paint, so that a pinned theme never flashes the other one. A file, not inline: our pages allow no inline script.
try {
  const theme = localStorage.getItem('flightdeck.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme it is.
}
