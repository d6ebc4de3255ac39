import { ApiError, refusalOf } from './api.ts';
import { organizationId } from './organization-id.ts';

/** What an upload tells on its way, and hears. */
export interface Sending {
  /** Hears the share that is sent, 0 to 1. */
  onProgress: (share: number) => void;
  /** Breaks it off; the promise rejects with its reason. */
  signal: AbortSignal;
}

/** Sends a file as a body. Only XMLHttpRequest tells how much of it is sent. */
export function upload<T>(path: string, file: Blob, type: string, { onProgress, signal }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Content-Type', type);
    if (organizationId.peek()) request.setRequestHeader('X-Organization', organizationId.peek() ?? '');
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1));
    request.addEventListener('error', () =>
      reject(new ApiError('offline', 'The upload broke off. Check your connection and try again.', 0)),
    );
    request.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.addEventListener('load', () => {
      const response = new Response(request.responseText, {
        status: request.status,
        headers: { 'content-type': request.getResponseHeader('content-type') ?? '' },
      });
      if (response.ok) resolve(response.json());
      else refusalOf(response).then(reject);
    });
    request.send(file);
  });
}
