import { Failure } from '@refundry/resource';

const boundaryParameter = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^;]*))/i;
/** As Python's `cgi.valid_boundary`. */
const validBoundary = /^[ -~]{0,200}[!-~]$/;

/** @throws Failure `multipart_error` for a form whose parts can't be told apart, in Django's words */
export function requireBoundary(contentType: string): void {
  const [, quoted, plain] = boundaryParameter.exec(contentType) ?? [];
  const boundary = quoted ?? plain?.trim();
  if (boundary === undefined || !validBoundary.test(boundary)) throw new Failure('multipart_error', `Invalid boundary in multipart: ${boundary ?? 'None'}`);
}
