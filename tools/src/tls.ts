import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { localCertificate } from '@refundry/testing';
import { writePrivately, type DataFolder } from './data-folder.js';
import type { Environment } from './topology.js';

const aWeek = 7 * 24 * 60 * 60_000;

/** The TLS files of the gateway: a certificate of this machine's own, which we trust from now on. */
export async function trustedCertificate({ certificate, certificateKey }: DataFolder): Promise<Environment> {
  if (!isGoodFor(aWeek, certificate)) {
    const made = await localCertificate();
    writePrivately(certificateKey, made.key);
    writePrivately(certificate, made.certificate);
  }
  setDefaultCACertificates([...getCACertificates(), readFileSync(certificate, 'utf8')]);
  return { TLS_CERTIFICATE_FILE: certificate, TLS_KEY_FILE: certificateKey };
}

function isGoodFor(ms: number, certificate: string): boolean {
  return (
    existsSync(certificate) && new X509Certificate(readFileSync(certificate)).validToDate.getTime() > Date.now() + ms
  );
}
