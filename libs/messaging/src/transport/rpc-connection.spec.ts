import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localCertificate, NatsServer } from '@refundry/testing';
import { RpcConnection } from '../index.js';

const folder = mkdtempSync(join(tmpdir(), 'refundry-spec-'));
const [certificateFile, keyFile, otherFile] = ['tls.crt', 'tls.key', 'other.crt'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const users = [{ user: 'oms', password: 'p@ss/word', publish: ['>'], subscribe: ['>'] }];
let secure: NatsServer;
let plain: NatsServer;

beforeAll(async () => {
  const [{ certificate, key }, other] = await Promise.all([localCertificate(), localCertificate()]);
  writeFileSync(certificateFile, certificate);
  writeFileSync(keyFile, key);
  writeFileSync(otherFile, other.certificate);
  [secure, plain] = await Promise.all([
    NatsServer.start({ users, tls: { certificateFile, keyFile } }),
    NatsServer.start({ users }),
  ]);
});

afterAll(async () => {
  await Promise.all([secure.stop(), plain.stop()]);
  rmSync(folder, { recursive: true });
});

/** The server's URL in another scheme, by its name. */
const addressOf = (server: NatsServer, scheme: string, query = ''): string =>
  `${server.url('oms').replace('nats:', scheme).replace('127.0.0.1', 'localhost')}${query}`;

async function reached(url: string): Promise<boolean> {
  const connection = await RpcConnection.open(url, 'spec', false);
  await connection.nats.flush();
  await connection.close();
  return true;
}

describe('a connection to NATS by tls://', () => {
  it('is had from a server whose certificate the named file vouches for', async () => {
    expect(await reached(addressOf(secure, 'tls:', `?ca=${certificateFile}`))).toBe(true);
  });

  it('is refused to a server that nothing vouches for', async () => {
    await expect(reached(addressOf(secure, 'tls:'))).rejects.toThrow(/self-signed certificate/);
    await expect(reached(addressOf(secure, 'tls:', `?ca=${otherFile}`))).rejects.toThrow(/certificate/);
  });

  it('is refused to a server that speaks in the clear', async () => {
    await expect(reached(addressOf(plain, 'tls:', `?ca=${certificateFile}`))).rejects.toThrow(/does not support 'tls'/);
  });

  it('needs the file that is named', async () => {
    await expect(reached(addressOf(secure, 'tls:', `?ca=${join(folder, 'nowhere')}`))).rejects.toThrow(/ENOENT/);
  });
});

describe('a connection to NATS by nats://', () => {
  it('is had in the clear', async () => {
    expect(await reached(addressOf(plain, 'nats:'))).toBe(true);
  });
});
