import { All, Controller, Inject, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Forwarder } from './forwarder.js';
import type { AdmittedRequest } from './admitted-request.js';
import type { Mount } from '../mounts/mount.js';

/** A controller that isn't in here belongs to no mount, and the access guard lets nobody to it. */
const mounts = new WeakMap<Type, Mount>();

export const mountOf = (controller: Type): Mount | undefined => mounts.get(controller);

/**
 * A Nest controller for each mount. One handler takes every method, so that 405, `Allow`, `HEAD` and `OPTIONS` follow
 * from the mount; a route for each method would let `DELETE …/pull_from_omnitron/` fall through to `DELETE …/:key`.
 */
export const mountedControllers = (all: readonly Mount[]): Type[] => all.map(controllerOf);

function controllerOf(mount: Mount): Type {
  @Controller([...mount.routes.keys()])
  class Mounted {
    constructor(@Inject(Forwarder) private readonly forwarder: Forwarder) {}

    @All()
    handle(@Req() request: AdmittedRequest, @Res() reply: FastifyReply): Promise<void> {
      return this.forwarder.forward(mount, request, reply);
    }
  }
  mounts.set(Mounted, mount);
  return Mounted;
}
