import { Injectable } from '@nestjs/common';
import type { OmnitronLoginTest } from '@refundry/contracts';
import type { OmnitronCredentials } from '../omnitron-connections/omnitron-connections.service.js';
import { OmnitronHttp } from './omnitron-http.js';
import { requestKey } from './request-key.js';
import { upstreamError } from './upstream-failure.js';

/** Less than the command line waits for oms. */
const maxTestMs = 5000;

/** Statuses of a refused login; Django REST framework answers 400. */
const refusedLogin: readonly unknown[] = [400, 401, 403];

/** Tries whether an Omnitron accepts a login, and tells a wrong URL from wrong credentials. */
@Injectable()
export class LoginTest {
  constructor(private readonly http: OmnitronHttp) {}

  async run(credentials: OmnitronCredentials): Promise<OmnitronLoginTest> {
    const { href } = credentials.baseUrl;
    try {
      const key = await requestKey(this.http, credentials, AbortSignal.timeout(maxTestMs));
      return key === undefined ? notAnOmnitron(href, 'its answer has no key') : { problem: null, detail: '' };
    } catch (error) {
      return explained(href, error);
    }
  }
}

function explained(url: string, error: unknown): OmnitronLoginTest {
  const { status, failure } = upstreamError(error);
  if (refusedLogin.includes(status))
    return {
      problem: 'credentials',
      detail: `Omnitron at ${url} refused the username or the password (status ${status}).`,
    };
  if (status !== undefined && (status === 429 || status >= 500))
    return { problem: 'omnitron', detail: `Omnitron at ${url} is in trouble: it answered with status ${status}.` };
  if (status !== undefined) return notAnOmnitron(url, `it answered with status ${status}`);
  if (failure.cause instanceof SyntaxError) return notAnOmnitron(url, 'its answer is no JSON');
  if (failure.code === 'upstream_timeout')
    return {
      problem: 'omnitron',
      detail: `Nothing answered in time at ${url}: the URL is wrong, or Omnitron is down.`,
    };
  return { problem: 'url', detail: `Nothing usable is at ${url}: ${reasonOf(failure)}` };
}

const notAnOmnitron = (url: string, reason: string): OmnitronLoginTest => ({
  problem: 'url',
  detail: `${url} is not an Omnitron: ${reason}.`,
});

/** The failure's own sentence, and the code of the socket's or resolver's error such as `ENOTFOUND`. */
function reasonOf({ detail, cause }: { readonly detail: string; readonly cause?: unknown }): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `${detail.replace(/\.$/, '')} (${code}).` : detail;
}
