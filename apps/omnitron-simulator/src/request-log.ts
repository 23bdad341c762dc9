import { loginPath, resourcePath, routedPath } from './paths.js';
import { resourceNames, type ResourceName } from './resource.js';

const recentRequestsKept = 1000;

interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * The questions that tests can ask about the received requests. Headers and bodies, where credentials are, never come
 * here.
 */
export interface RequestReport {
  readonly total: number;
  readonly logins: number;
  readonly byResource: Readonly<Record<ResourceName, number>>;
  /** The latest thousand, oldest first. */
  readonly recent: readonly RecordedRequest[];
}

/** Counts the requests to the upstream, whatever they were answered with. */
export class RequestLog {
  #total = 0;
  #logins = 0;
  #byResource = noRequests();
  #recent: RecordedRequest[] = [];

  record(method: string, url: string): void {
    const path = routedPath(url);
    const resource = resourceNames.find((name) => path === resourcePath(name));
    this.#total += 1;
    if (path === loginPath) this.#logins += 1;
    if (resource) this.#byResource[resource] += 1;
    this.#recent.push({ method, url, at: new Date().toISOString() });
    if (this.#recent.length > recentRequestsKept) this.#recent.shift();
  }

  report(): RequestReport {
    return { total: this.#total, logins: this.#logins, byResource: this.#byResource, recent: this.#recent };
  }

  reset(): void {
    this.#total = 0;
    this.#logins = 0;
    this.#byResource = noRequests();
    this.#recent = [];
  }
}

function noRequests(): Record<ResourceName, number> {
  return { cancellation_reasons: 0, channels: 0, countries: 0, cities: 0, townships: 0, districts: 0, customers: 0 };
}
