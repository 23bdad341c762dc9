import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Failure, type Caller } from '@refundry/resource';
import { Principals } from '../credentials/principals.js';
import type { Mount } from '../mounts/mount.js';
import { mountOf } from '../mounts/mounted-controllers.js';
import { splitUrl, type AdmittedRequest } from './admitted-request.js';
import { negotiate } from './negotiation.js';
import { isOpenToAll } from './open-to-all.js';
import { PublicAddress } from './public-address.js';

/**
 * Global and default-deny: a handler is reached through a mount and with a credential, or is marked open to all.
 *
 * The order of refusals is Django REST framework's: format, Accept, credential, scope, method.
 */
@Injectable()
export class Gatekeeper implements CanActivate {
  constructor(
    private readonly principals: Principals,
    private readonly publicAddress: PublicAddress,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isOpenToAll(context.getHandler())) return true;
    const mount = mountOf(context.getClass());
    if (!mount) throw new Failure('not_found');
    await this.admit(mount, context.switchToHttp().getRequest<AdmittedRequest>());
    return true;
  }

  private async admit(mount: Mount, request: AdmittedRequest): Promise<void> {
    request.mount = mount;
    request.publicBase = this.publicAddress.baseFor(request.raw);
    const { path, query } = splitUrl(request.raw.url ?? '');
    if (path.includes('//') || path.includes(';')) throw new Failure('not_found');
    request.format = negotiate(mount, { query, accept: request.headers.accept, suffix: mount.routes.get(request.routeOptions.url ?? '') });
    const endpoint = mount.endpoints.get(request.method);
    const caller = (endpoint ?? mount).isOpen ? undefined : await this.callerOf(mount, request);
    if (caller && !caller.scopes.includes(endpoint?.scope ?? mount.scope)) throw new Failure('permission_denied');
    if (!endpoint && request.method !== 'OPTIONS') throw new Failure('method_not_allowed', request.method);
    request.admission = { caller, endpoint, query };
  }

  private callerOf({ dialect, path }: Mount, { headers }: AdmittedRequest): Promise<Caller> {
    if (!dialect.keys) throw new Error(`No credential opens ${path}.`);
    return this.principals.callerOf(dialect.keys, headers);
  }
}
