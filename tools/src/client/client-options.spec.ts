import { describe, expect, it } from '@jest/globals';
import { readClientOptions } from './client-options.js';

describe('the options of npm run client', () => {
  it('are a gateway on this machine and a folder of the repository, unless it is said', () => {
    expect(readClientOptions([])).toEqual({ url: 'http://127.0.0.1:8080', into: 'clients/typescript' });
    expect(readClientOptions(['--url', 'https://api.shop.example', '--into', '/tmp/client'])).toEqual({
      url: 'https://api.shop.example',
      into: '/tmp/client',
    });
  });

  it.each([
    [
      ['--help'],
      'npm run client -- --url <address of the gateway> --into <folder> writes a TypeScript client of the API.',
    ],
    [['--ulr', 'https://api.shop.example'], "Unknown option '--ulr'"],
    [
      ['--url', 'api.shop.example'],
      '--url must be an address such as https://api.shop.example, not "api.shop.example".',
    ],
    [
      ['--url', 'ftp://api.shop.example'],
      '--url must be an address such as https://api.shop.example, not "ftp://api.shop.example".',
    ],
  ])('%j get one sentence', (args, sentence) => {
    expect(() => readClientOptions(args)).toThrow(new Error(sentence));
  });
});
