import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ValidateBy, type ValidationArguments } from 'class-validator';

/** The certificate and key that the gateway serves TLS with. */
export interface Certificate {
  /** With whatever leads from it to what clients trust, in PEM. */
  readonly cert: string;
  readonly key: string;
}

/** The variables of a certificate. */
interface CertificateVariables {
  readonly TLS_CERTIFICATE?: string;
  readonly TLS_KEY?: string;
}

/** The certificate of an environment that `IsOfCertificate` has validated. */
export const certificateOf = ({
  TLS_CERTIFICATE: cert,
  TLS_KEY: key,
}: CertificateVariables): Certificate | undefined =>
  cert === undefined || key === undefined ? undefined : { cert, key };

/** One of two variables that stand together for a certificate and its key, in PEM. */
export const IsOfCertificate = (): PropertyDecorator =>
  ValidateBy({
    name: 'isOfCertificate',
    validator: {
      validate: (_, args) => complaintOf(args) === undefined,
      defaultMessage: (args) => `TLS_CERTIFICATE and TLS_KEY ${complaintOf(args) ?? ''}`,
    },
  });

function complaintOf(args?: ValidationArguments): string | undefined {
  const certificate = certificateOf(args?.object ?? {});
  if (!certificate) return 'need each other';
  try {
    createSecureContext({ ...certificate });
    return undefined;
  } catch {
    return 'must be a certificate and its key in PEM';
  }
}

/** TLS 1.2 with what Node holds for safe, and TLS 1.3. */
export const secureContext = (certificate: Certificate): SecureContextOptions => ({
  ...certificate,
  minVersion: 'TLSv1.2',
});
