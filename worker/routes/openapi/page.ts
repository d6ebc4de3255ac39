import { html } from 'hono/html';
import type { openApiDocument } from './document.ts';
import { type Operation, operations } from './operations.ts';

/** In the order in which the operations are written down. */
const groups = [...new Set(Object.values(operations).map(({ group }) => group))];

/** The document for people: every call on one page, with what it takes and answers. */
export function docsPage(document: ReturnType<typeof openApiDocument>) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Flightdeck API</title>
<style>${style}</style>
</head>
<body>
<header><h1>Flightdeck API</h1><p>${document.info.description} The same as <a href="/api/openapi.json">OpenAPI 3.1</a>.</p></header>
<nav aria-label="Groups">${groups.map((group) => html`<a href="#${group}">${group}</a> `)}</nav>
<main>${groups.map((group) => html`<section id="${group}"><h2>${group}</h2>${callsOf(document, group)}</section>`)}</main>
</body>
</html>`;
}

function callsOf(document: ReturnType<typeof openApiDocument>, group: string) {
  return Object.entries(operations)
    .filter(([, operation]) => operation.group === group)
    .map(([name, { summary, auth }]) => {
      const [method = '', path = ''] = name.split(' ');
      const call = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      return html`<details><summary><b>${method}</b> <code>${path}</code> <span>${summary}</span></summary>
<p>${whoMayCall(auth)}</p><pre tabindex="0">${JSON.stringify(call, null, 2)}</pre></details>`;
    });
}

function whoMayCall(auth: Operation['auth']): string {
  if (auth === 'none') return 'No credentials needed.';
  return auth === 'actor' ? 'A login cookie, or an API token as bearer.' : 'An ingest token as bearer.';
}

const style = `
:root { color-scheme: light dark; background: Canvas; color: CanvasText; font: 14px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 24px 16px; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin: 24px 0 8px; }
nav a { margin-right: 12px; }
details { border-top: 1px solid color-mix(in oklch, currentColor 15%, transparent); padding: 6px 0; }
summary { cursor: pointer; } summary b { display: inline-block; min-width: 4.5em; } summary span { opacity: .75; margin-left: 8px; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; } pre { overflow: auto; max-height: 32rem; }
`;
