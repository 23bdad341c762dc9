import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import { keyOfSegment, type Caller } from '@refundry/resource';
import type { FastifyReply } from 'fastify';
import { CredentialCaches } from '../credentials/credential-caches.js';
import type { Identity } from '../credentials/credential-scheme.js';
import { Limits, assertAllowed } from '../limits/limits.js';
import type { Mount } from '../mounts/mount.js';
import { mountOf } from './mounted-controllers.js';
import { splitUrl } from '../addresses/request-target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import type { AdmittedRequest } from './admitted-request.js';
import { CrossOrigin, isPreflight } from './cross-origin.js';
import { negotiate } from './negotiation.js';
import { isPublicHandler } from './public.js';
import { PublicAddress } from '../addresses/public-address.js';

interface AccessRequirement {
  readonly scope: string;
  /** The account of the site whose page asks. */
  readonly site: number | undefined;
}

/**
 * Global and default-deny: a handler is reached through a mount and with a credential, or is marked open to all.
 *
 * The order of refusals is Django REST framework's: format, Accept, credential, scope, limits, method.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly credentials: CredentialCaches,
    private readonly publicAddress: PublicAddress,
    private readonly limits: Limits,
    private readonly crossOrigin: CrossOrigin,
    private readonly usage: UsageMeter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AdmittedRequest>(), http.getResponse<FastifyReply>()];
    const mount = mountOf(context.getClass());
    try {
      if (isPublicHandler(context.getHandler())) {
        this.limits.consumeAnonymous(request.raw);
        this.limits.acquireAnonymous(request.raw, reply.raw);
      } else if (mount) await this.admit(mount, request, reply);
      else throw new Failure('not_found');
    } catch (error) {
      if (error instanceof Failure) await this.limits.penalise(error, request.raw);
      throw error;
    }
    return true;
  }

  private async admit(mount: Mount, request: AdmittedRequest, reply: FastifyReply): Promise<void> {
    request.mount = mount;
    request.params = keysIn(request.params as Readonly<Record<string, string>>);
    request.publicBase = this.publicAddress.baseFor(request.raw);
    const { path, query } = splitUrl(request.raw.url ?? '');
    if (path.includes('//') || path.includes(';')) throw new Failure('not_found');
    request.format = negotiate(mount, {
      query,
      accept: request.headers.accept,
      suffix: mount.routes.get(request.routeOptions.url ?? ''),
    });
    const endpoint = mount.endpoints.get(request.method);
    const { isPublic, scope } = endpoint ?? mount;
    const isAsking = isPreflight(mount, request);
    if (isPublic || isAsking) this.limits.consumeAnonymous(request.raw);
    const site = await this.crossOrigin.share(mount, request, reply);
    const isAnswered = isAsking && site !== undefined;
    const caller = isPublic || isAnswered ? undefined : await this.callerOf(mount, request, reply, { scope, site });
    if (!endpoint && request.method !== 'OPTIONS') throw new Failure('method_not_allowed', request.method);
    request.admission = { caller, endpoint, query, isPreflight: isAnswered };
  }

  private async callerOf(
    mount: Mount,
    request: AdmittedRequest,
    reply: FastifyReply,
    { scope, site }: AccessRequirement,
  ): Promise<Caller> {
    const { headers, raw } = request;
    const { caller, credential } = await this.identify(mount, headers, raw);
    request.account = caller.account;
    this.usage.watch(mount, caller, request, reply);
    if (site !== undefined && site !== caller.account) this.crossOrigin.withhold(reply);
    const allowance = this.limits.consume(credential);
    if (allowance)
      void reply.headers({
        'x-ratelimit-limit': allowance.limit,
        'x-ratelimit-remaining': allowance.remaining,
        'x-ratelimit-reset': allowance.reset,
      });
    if (!caller.scopes.includes(scope)) throw new Failure('permission_denied');
    assertAllowed(allowance);
    this.limits.acquireSlot(caller.account, raw, reply.raw);
    return caller;
  }

  private async identify(
    { dialect, path }: Mount,
    headers: IncomingHttpHeaders,
    request: IncomingMessage,
  ): Promise<Identity> {
    if (!dialect.credentials) throw new Error(`No credential opens ${path}.`);
    try {
      return await dialect.credentials.identify(headers, this.credentials, () => {
        this.limits.assertNotBlocked(request);
      });
    } catch (error) {
      if (error instanceof Failure && error.code === 'not_authenticated') this.limits.countFailedAuth(request);
      throw error;
    }
  }
}

const keysIn = (segments: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(segments).map(([name, segment]) => [name, keyOfSegment(segment)]));
