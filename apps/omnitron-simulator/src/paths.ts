import { type ResourceName } from './resource.js';

export const loginPath = '/api/v1/auth/login';

export const controlPath = '/_control';

export function resourcePath(resource: ResourceName): string {
  return `/api/v1/${resource}`;
}

/** The path as the router compares it: without query and without a slash at its end. */
export function routedPath(url: string): string {
  return url.replace(/\?.*$/s, '').replace(/\/$/, '');
}
