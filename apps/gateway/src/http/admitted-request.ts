import type { Caller, Format, MountedEndpoint } from '@refundry/resource';
import type { FastifyRequest } from 'fastify';
import type { Mount } from '../mounts/mount.js';

/** The result of the access check of an admitted request. */
export interface Admission {
  /** Undefined where nobody needs a credential. */
  readonly caller: Caller | undefined;
  /** Undefined for OPTIONS. */
  readonly endpoint: MountedEndpoint | undefined;
  /** The raw query string, without `?`. */
  readonly query: string;
  /** A browser asks what a page may ask; it is answered with headers alone. */
  readonly isPreflight: boolean;
}

/** A request that a mount answers; all is null until the access guard has seen it. */
export type AdmittedRequest = FastifyRequest & {
  mount: Mount | null;
  /** The format of its answer or its refusal. */
  format: Format | null;
  /** Our address as this client knows it, without a slash at its end. */
  publicBase: string | null;
  admission: Admission | null;
  /** The account whose credential it came with, let in or not. */
  account: number | null;
  /** In milliseconds since 1970. */
  receivedAt: number;
  /** Of the body of its answer, so far as it was sent as a stream. */
  streamedBytes: number;
};
