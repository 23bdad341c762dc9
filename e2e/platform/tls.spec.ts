import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localCertificate, type LocalCertificate } from '@refundry/testing';
import { logged } from '../system/log-lines.js';
import { RunningSystem } from '../system/running-system.js';
import { until } from '../system/until.js';

const folder = mkdtempSync(join(tmpdir(), 'refundry-e2e-'));
const files = { TLS_CERTIFICATE_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
let first: LocalCertificate;
let second: LocalCertificate;
let system: RunningSystem;

beforeAll(async () => {
  [first, second] = await Promise.all([localCertificate(), localCertificate()]);
  install(first);
  system = await RunningSystem.start({ services: [], environment: { gateway: files } });
});

afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
});

function install({ certificate, key }: LocalCertificate): void {
  writeFileSync(files.TLS_CERTIFICATE_FILE, certificate);
  writeFileSync(files.TLS_KEY_FILE, key);
}

/** Over a connection of its own. */
function statusFor(trusted: LocalCertificate, maxVersion: SecureVersion = 'TLSv1.3'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = {
      agent: false,
      ca: trusted.certificate,
      minVersion: 'TLSv1' as const,
      maxVersion,
      ciphers: 'DEFAULT@SECLEVEL=0',
    };
    request(`${system.url}/health/live`, options, (response) => {
      resolve(response.resume().statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const isTrusted = (certificate: LocalCertificate): Promise<boolean> =>
  statusFor(certificate).then(
    (status) => status === 200,
    () => false,
  );

describe('a gateway with a certificate', () => {
  it('serves HTTPS, and says so', async () => {
    expect(system.url).toMatch(/^https:/);
    expect(await statusFor(first)).toBe(200);
    expect(await statusFor(first, 'TLSv1.2')).toBe(200);
  });

  it('speaks neither an old TLS nor plain HTTP', async () => {
    await expect(statusFor(first, 'TLSv1.1')).rejects.toThrow(/protocol version/);
    await expect(fetch(`${system.url.replace('https', 'http')}/health/live`)).rejects.toThrow();
  });

  it('keeps the certificate it has when the new one is none', async () => {
    writeFileSync(files.TLS_CERTIFICATE_FILE, 'not yet written');
    system.app('gateway').kill('SIGHUP');
    await logged(system.app('gateway'), { msg: 'the certificate can not be renewed' });
    expect(await statusFor(first)).toBe(200);
  });

  it('takes a renewed one at SIGHUP, for the connections that come', async () => {
    install(second);
    system.app('gateway').kill('SIGHUP');
    await until('the renewed one is shown', () => isTrusted(second));
    await expect(statusFor(first)).rejects.toThrow(/certificate/);
  });

  it('does not start with a certificate that is not of its key', async () => {
    writeFileSync(files.TLS_KEY_FILE, first.key);
    await expect(system.restartApp('gateway')).rejects.toThrow(
      'TLS_CERTIFICATE and TLS_KEY must be a certificate and its key in PEM.',
    );
  });

  it('does not start with half of it', async () => {
    await expect(system.startApp('gateway', { TLS_KEY_FILE: '' })).rejects.toThrow(
      'TLS_CERTIFICATE and TLS_KEY need each other.',
    );
  });
});
