import { HttpClient } from './http-client.js';

/** A row of the simulated Omnitron. */
export interface UpstreamRow {
  readonly pk: number;
  readonly [field: string]: unknown;
}

const patientForMs = 60_000;

/** The back office of the simulated Omnitron, where its data change. It waits for a simulator that is frozen. */
export class Upstream {
  private readonly http: HttpClient;

  constructor(url: () => string) {
    this.http = new HttpClient(url, patientForMs);
  }

  replace(resource: string, rows: readonly UpstreamRow[]): Promise<void> {
    return this.control('PUT', `resources/${resource}`, rows);
  }

  /** Dated now. */
  add(resource: string, row: UpstreamRow): Promise<void> {
    return this.control('POST', `resources/${resource}`, [row]);
  }

  /** Dated now. */
  change(resource: string, pk: number, fields: object): Promise<void> {
    return this.control('PATCH', `resources/${resource}/${pk}`, fields);
  }

  remove(resource: string, pk: number): Promise<void> {
    return this.control('DELETE', `resources/${resource}/${pk}`);
  }

  /** Replaces the ways in which it misbehaves. */
  misbehave(faults: readonly object[]): Promise<void> {
    return this.control('PUT', 'faults', faults);
  }

  close(): void {
    this.http.close();
  }

  private async control(method: string, path: string, body?: unknown): Promise<void> {
    const { status, text } = await this.http.send({
      method,
      path: `/_control/${path}`,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (status >= 300) throw new Error(`Omnitron answered ${method} ${path} with ${status} ${text}`);
  }
}
