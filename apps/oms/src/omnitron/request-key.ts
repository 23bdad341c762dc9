import type { OmnitronCredentials } from '../omnitron-connections/omnitron-connections.service.js';
import type { OmnitronHttp } from './omnitron-http.js';

/**
 * Logs in at Omnitron.
 *
 * @returns the key for further requests; undefined when the answer has none.
 * @throws UpstreamError
 */
export async function requestKey(
  http: OmnitronHttp,
  { baseUrl, username, password }: OmnitronCredentials,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { json } = await http.send(
    { method: 'POST', url: new URL('api/v1/auth/login/', baseUrl), json: { username, password } },
    signal,
  );
  const key = (json as { key?: unknown } | null)?.key;
  return typeof key === 'string' && key !== '' ? key : undefined;
}
