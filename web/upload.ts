import { ApiError, refusalOf } from './api.ts';
import { organizationId } from './organization-id.ts';

/** Sends a file as a body. Only XMLHttpRequest tells how much of it is sent: `onProgress` hears the share, 0 to 1. */
export function upload<T>(path: string, file: Blob, type: string, onProgress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Content-Type', type);
    if (organizationId.peek()) request.setRequestHeader('X-Organization', organizationId.peek() ?? '');
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1));
    request.addEventListener('error', () =>
      reject(new ApiError('offline', 'The upload broke off. Check your connection and try again.', 0)),
    );
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
