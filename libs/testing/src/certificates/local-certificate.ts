import { generate } from 'selfsigned';

/** In PEM. It vouches for itself: its clients must be told to trust it. */
export interface LocalCertificate {
  readonly certificate: string;
  readonly key: string;
}

const aDay = 24 * 60 * 60_000;

/** A new certificate of this machine, for trying and for tests. */
export async function localCertificate(days = 90): Promise<LocalCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + days * aDay),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { certificate: cert, key };
}
