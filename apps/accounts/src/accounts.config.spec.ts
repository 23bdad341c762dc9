import { userInfo } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { accountsConfig, commandConfig } from './accounts.config.js';

const key = Buffer.alloc(32).toString('base64');
const needed = { NATS_URL: 'nats://127.0.0.1', DATABASE_URL: 'postgres://127.0.0.1', SECRET_KEY: key, WIRE_KEY: key };

describe('the configuration of accounts', () => {
  it('lists ended credentials for 30 days unless it is told otherwise', () => {
    expect(accountsConfig(needed).keepEndedCredentialsDays).toBe(30);
    expect(accountsConfig({ ...needed, KEEP_ENDED_CREDENTIALS_DAYS: '0' }).keepEndedCredentialsDays).toBe(0);
  });

  it('refuses everything that is wrong with it at once', () => {
    expect(() => accountsConfig({ SECRET_KEY: 'hunter2', KEEP_ENDED_CREDENTIALS_DAYS: 'x' })).toThrow(
      new Error(
        'WIRE_KEY is required. SECRET_KEY must be 32 bytes in base64. ' +
          'KEEP_ENDED_CREDENTIALS_DAYS must be an integer number. NATS_URL is required. ' +
          'DATABASE_URL is required.',
      ),
    );
  });
});

describe('the configuration of the command line', () => {
  it('needs the database only, and takes the user of the machine for the operator', () => {
    expect(commandConfig({ DATABASE_URL: needed.DATABASE_URL })).toEqual({
      databaseUrl: needed.DATABASE_URL,
      operator: userInfo().username,
    });
    expect(commandConfig({ DATABASE_URL: needed.DATABASE_URL, OPERATOR: 'ayşe' }).operator).toBe('ayşe');
  });

  it('refuses everything that is wrong with it at once', () => {
    expect(() => commandConfig({ NATS_URL: 'hunter2', SECRET_KEY: 'hunter2' })).toThrow(
      new Error(
        'DATABASE_URL is required. NATS_URL must be a URL that begins with nats:// or tls://. ' +
          'SECRET_KEY must be 32 bytes in base64.',
      ),
    );
  });
});
