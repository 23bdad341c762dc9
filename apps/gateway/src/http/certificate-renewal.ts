import type { Server } from 'node:tls';
import type { Log } from '@refundry/observability';
import { secureContext, type Certificate } from './certificate.js';

const lookEveryMs = 60_000;

/**
 * Takes a certificate that was renewed into use, for the connections that come: at SIGHUP, and within a minute where
 * nobody tells. One that can't be used leaves the former one in place.
 */
export function renewCertificate(
  server: Server,
  first: Certificate,
  readAgain: () => Certificate | undefined,
  log: Log,
): void {
  let inUse = first;
  const look = (): void => {
    try {
      const found = readAgain();
      if (found === undefined || (found.cert === inUse.cert && found.key === inUse.key)) return;
      server.setSecureContext(secureContext(found));
      inUse = found;
      log.info('the certificate was renewed');
    } catch (error) {
      log.error({ err: error }, 'the certificate can not be renewed');
    }
  };
  setInterval(look, lookEveryMs).unref();
  process.on('SIGHUP', look);
}
