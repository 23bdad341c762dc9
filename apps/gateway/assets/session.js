/**
 * The credential that one has signed in with. It lives in this tab's session storage: never in a cookie, never in an
 * address.
 *
 * @typedef {{ family: string, scheme: string }} Door whose credential it is, and the word before it in `Authorization`
 * @typedef {{ url: string, token: string, clientId: string, clientSecret: string }} Refresh
 * @typedef {{ token: string, expires?: number, refresh?: Refresh }} Credential
 */

/** A token that expires this soon is replaced before it is used. */
const marginMs = 30_000;

/** @param {Door} door */
const keyOf = ({ family }) => `refundry ${family}`;

/** @param {Door} door @returns {Credential | null} */
const credentialOf = (door) => JSON.parse(sessionStorage.getItem(keyOf(door)) ?? 'null');

/** @param {Door} door @param {Credential} credential */
const keep = (door, credential) => sessionStorage.setItem(keyOf(door), JSON.stringify(credential));

/** @param {Door} door */
export const isSignedIn = (door) => credentialOf(door) !== null;

/** @param {Door} door */
export const signOut = (door) => sessionStorage.removeItem(keyOf(door));

/** @param {Door} door @param {string} token */
export const signInWithToken = (door, token) => keep(door, { token: token.trim() });

/**
 * RFC 6749, section 4.3.
 *
 * @param {Door} door
 * @param {string} url
 * @param {{ username: string, password: string, client_id: string, client_secret: string }} login
 * @throws {Error} in the words of the refusal
 */
export async function signInWithPassword(door, url, login) {
  const answer = await askForToken(url, { grant_type: 'password', ...login });
  keepAnswer(door, answer, { url, token: '', clientId: login.client_id, clientSecret: login.client_secret });
}

/** @param {Door} door @param {Credential} credential @returns {Promise<Credential | null>} RFC 6749, section 6 */
async function refreshed(door, { refresh }) {
  if (!refresh) return null;
  try {
    const answer = await askForToken(refresh.url, {
      grant_type: 'refresh_token',
      refresh_token: refresh.token,
      client_id: refresh.clientId,
      client_secret: refresh.clientSecret,
    });
    return keepAnswer(door, answer, refresh);
  } catch {
    // The old one is tried; its refusal brings back the sign-in form.
    return null;
  }
}

/**
 * @param {Door} door
 * @param {{ access_token: string, expires_in?: number, refresh_token?: string }} answer
 * @param {NonNullable<Credential['refresh']>} before
 */
function keepAnswer(door, answer, before) {
  const token = answer.refresh_token ?? before.token;
  /** @type {Credential} */
  const credential = {
    token: answer.access_token,
    ...(answer.expires_in !== undefined && { expires: Date.now() + answer.expires_in * 1000 }),
    ...(token !== '' && { refresh: { ...before, token } }),
  };
  keep(door, credential);
  return credential;
}

/** @param {string} url @param {Record<string, string>} parameters */
async function askForToken(url, parameters) {
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(parameters),
    headers: { accept: 'application/json' },
    cache: 'no-store',
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Error(answer.error_description || answer.error || answer.detail || `HTTP ${response.status}`);
  return answer;
}

/** One refresh at a time: a refresh token is good for one. @type {Promise<Credential | null> | undefined} */
let refreshing;

/** @param {Door} door @param {Credential} credential */
function refreshOnce(door, credential) {
  refreshing ??= refreshed(door, credential).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

/**
 * Sends a request to the gateway with the credential of the signed-in user, and to no other server.
 *
 * @param {Door} door @param {string} url @param {RequestInit & { headers?: Record<string, string> }} [request]
 */
export async function send(door, url, request = {}) {
  if (new URL(url, location.href).origin !== location.origin) throw new Error('That is another server.');
  const known = credentialOf(door);
  const isOld = known?.expires !== undefined && Date.now() + marginMs > known.expires;
  const credential = known && isOld ? ((await refreshOnce(door, known)) ?? known) : known;
  const response = await sendAs(door, credential, url, request);
  if (response.status !== 401 || !credential?.refresh || credential !== known) return response;
  const next = await refreshOnce(door, credential);
  return next ? sendAs(door, next, url, request) : response;
}

/**
 * @param {Door} door
 * @param {Credential | null} credential
 * @param {string} url
 * @param {RequestInit & { headers?: Record<string, string> }} request
 */
function sendAs({ scheme }, credential, url, request) {
  const headers = new Headers({ accept: 'text/html', ...request.headers });
  if (credential) headers.set('authorization', `${scheme} ${credential.token}`);
  return fetch(url, { ...request, headers, cache: 'no-store' });
}
