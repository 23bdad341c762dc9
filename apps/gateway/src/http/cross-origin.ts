import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { domainNameIn } from '@refundry/auth';
import { Failure } from '@refundry/errors';
import type { FastifyReply } from 'fastify';
import { CredentialCaches } from '../credentials/credential-caches.js';
import { Limits } from '../limits/limits.js';
import type { Mount } from '../mounts/mount.js';
import type { AdmittedRequest } from './admitted-request.js';

/** The origin of a site; sandboxed pages, files and extensions have others, which name no domain. */
const siteOrigin = /^https?:\/\/[^\s/?#@,;]+$/i;
/**
 * The time for which a browser asks no second time, in seconds. A page that may read no longer is told so by the answer
 * itself.
 */
const preflightSeconds = '600';

/** The headers of an answer that say which page may read it, and what of its headers. */
const sharingHeaders = { vary: 'Origin', 'access-control-expose-headers': 'X-Request-Id, Retry-After' };

/**
 * Whether a browser asks what a page of another site may send; it asks without a credential (Fetch standard,
 * "CORS-preflight request").
 */
export function isPreflight({ dialect }: Mount, { method, headers }: AdmittedRequest): boolean {
  if (dialect.crossOriginHeaders === undefined || method !== 'OPTIONS' || headers.authorization) return false;
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** The headers that answer a preflight. */
export const preflightHeaders = ({ dialect, headers }: Mount): Readonly<Record<string, string>> => ({
  'access-control-allow-methods': headers.allow ?? '',
  'access-control-allow-headers': dialect.crossOriginHeaders ?? '',
  'access-control-max-age': preflightSeconds,
});

/** Lets pages of the sites that an account registered read what its callers are answered (docs/adr/0038). */
@Injectable()
export class CrossOrigin {
  constructor(
    private readonly credentials: CredentialCaches,
    private readonly limits: Limits,
  ) {}

  /**
   * Has the answer say that the page that asked may read it, if it is of a registered site.
   *
   * @returns the account of the site
   */
  async share({ dialect }: Mount, request: AdmittedRequest, reply: FastifyReply): Promise<number | undefined> {
    const { origin } = request.headers;
    if (dialect.crossOriginHeaders === undefined || origin === undefined) return undefined;
    const account = await this.accountOf(origin, request);
    if (account !== undefined) void reply.headers({ ...sharingHeaders, 'access-control-allow-origin': origin });
    return account;
  }

  /** Has the answer say nothing of the kind: it is another account's. */
  withhold(reply: FastifyReply): void {
    for (const header of [...Object.keys(sharingHeaders), 'access-control-allow-origin'])
      void reply.removeHeader(header);
  }

  private async accountOf(
    origin: NonNullable<IncomingHttpHeaders['origin']>,
    { raw }: AdmittedRequest,
  ): Promise<number | undefined> {
    const name = siteOrigin.test(origin) ? domainNameIn(origin) : undefined;
    if (name === undefined) return undefined;
    try {
      const known = await this.credentials.domains.get(name, () => {
        this.limits.assertNotBlocked(raw);
      });
      return known?.isActive ? known.account : undefined;
    } catch (error) {
      // The request is answered all the same.
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }
}
