import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigurationError } from '@refundry/service';

/** The certificate and key that the gateway serves TLS with. */
export interface Certificate {
  /** With whatever leads from it to what clients trust, in PEM. */
  readonly cert: string;
  readonly key: string;
}

/** @throws ConfigurationError when the two don't belong together, or one is missing */
export function certificateOf(cert: string | undefined, key: string | undefined): Certificate | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ConfigurationError('TLS_CERTIFICATE and TLS_KEY need each other.');
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new ConfigurationError('TLS_CERTIFICATE and TLS_KEY must be a certificate and its key in PEM.', {
      cause: error,
    });
  }
  return { cert, key };
}

/** TLS 1.2 with what Node holds for safe, and TLS 1.3. */
export const secureContext = (certificate: Certificate): SecureContextOptions => ({
  ...certificate,
  minVersion: 'TLSv1.2',
});
