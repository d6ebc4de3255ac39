interface Bindings {
  WORKER: Fetcher;
}

/** Hands a request to the Worker as it came, and its answer back as it is: bodies stream, and a WebSocket passes through. */
export const passOn: PagesFunction<Bindings> = ({ request, env }) => env.WORKER.fetch(request);
