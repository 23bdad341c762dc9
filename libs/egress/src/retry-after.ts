/**
 * Reads `Retry-After`: seconds, or a date (RFC 9110 §10.2.3).
 *
 * @returns milliseconds from now on; 0 where it says nothing that can be read
 */
export function retryAfterMs(header: string | string[] | undefined): number {
  const text = String(header ?? '');
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
