import { STATUS_CODES } from 'node:http';
import { failures, type FailureCode } from '@refundry/errors';
import { type MountedEndpoint } from '@refundry/resource';
import type { Mount } from '../mounts/mount.js';

/** Why a request may be refused, by the status it is told with. @param endpoint undefined for OPTIONS */
export function refusalsOf(
  mount: Mount,
  endpoint: MountedEndpoint | undefined,
  method: string,
): ReadonlyMap<number, readonly FailureCode[]> {
  const ofEndpoint = endpoint ? [...ofKind(endpoint, method), ...(endpoint.documentation.refusals ?? [])] : [];
  const codes = new Set(
    [...ofEveryone(mount, endpoint), ...ofEndpoint].map((code) => mount.dialect.errorOverrides?.[code]?.code ?? code),
  );
  return Map.groupBy([...codes], (code) => failures[code].status);
}

const ofEveryone = (mount: Mount, endpoint: MountedEndpoint | undefined): FailureCode[] => [
  ...((endpoint ?? mount).isPublic ? [] : ['not_authenticated' as const, 'permission_denied' as const]),
  ...(mount.dialect.isAlwaysJson ? [] : ['unknown_format' as const, 'not_acceptable' as const]),
  'throttled',
  'unavailable',
];

function ofKind(endpoint: MountedEndpoint, method: string): FailureCode[] {
  const ofRow = endpoint.path.includes(':') ? ['not_found' as const] : [];
  if (endpoint.kind === 'list') return ['invalid', 'invalid_page', 'invalid_cursor', ...ofRow];
  if (endpoint.kind === 'detail') return ['not_found'];
  const readsBody = endpoint.input !== undefined && (endpoint.mergesQuery || method !== 'GET');
  return [
    ...ofRow,
    ...(endpoint.query && method === 'POST' ? ['invalid' as const] : []),
    ...(readsBody
      ? [
          'invalid' as const,
          'parse_error' as const,
          'multipart_error' as const,
          'malformed_request' as const,
          'payload_too_large' as const,
          'unsupported_media_type' as const,
          'unsupported_coding' as const,
        ]
      : []),
    ...(endpoint.mergesQuery ? ['inputs_disagree' as const] : []),
    ...(endpoint.isRepeatable ? ['conflict' as const, 'idempotency_mismatch' as const] : []),
  ];
}

/** The texts of the failures, in the family's words. */
export function describeRefusals(status: number, codes: readonly FailureCode[], { dialect }: Mount): string {
  const texts = codes.map(dialect.description.refusalText ?? ((code) => failures[code].text.replace('{}', '…')));
  const told = [...new Set(texts)].filter((text) => text !== '…');
  return told.length > 0 ? told.join(' · ') : (STATUS_CODES[status] ?? '');
}
