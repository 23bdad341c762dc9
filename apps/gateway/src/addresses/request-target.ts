/** The path and the raw query string of a request's target, which may be a whole URL (RFC 9112 §3.2.2). */
export function splitUrl(target: string): { path: string; query: string } {
  const url = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '');
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}
