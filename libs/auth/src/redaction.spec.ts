import { describe, expect, it } from '@jest/globals';
import { newApiKey, newSigningKey, redactCredentials, redactPath } from './index.js';

const [key, signingKey] = [newApiKey(), newSigningKey()];
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2lnbmF0dXJl';
const encoded = (text: string): string => Buffer.from(text).toString('hex').replace(/../g, '%$&');

describe('a path', () => {
  it.each([
    [`/api/${key}/x`, '/api/[Redacted]/x'],
    [`/api/${signingKey.toUpperCase()}`, '/api/[Redacted]'],
    [`/${jwt}/`, '/[Redacted]/'],
    [`/${jwt.slice(0, 40)}`, '/[Redacted]'],
    ['/api/Token%20abc', '/api/Token [Redacted]'],
    ['/Bearer+abc', '/Bearer [Redacted]'],
    ['/basic:dXNlcjpwYXNz', '/basic [Redacted]'],
    ['/x%3Ftoken=abc', '/x%3Ftoken=[Redacted]'],
    ['/x%3Ftoke%6e=abc', '/[Redacted]'],
    ['/x;access_token=abc;y=1', '/x;access_token=[Redacted];y=1'],
    ['/username=bob&password=hunter2', '/username=bob&password=[Redacted]'],
    [`/${encoded(key)}`, '/[Redacted]'],
    [`/${encoded(encoded(key))}`, '/[Redacted]'],
    ['/Token%2520abc', '/[Redacted]'],
  ])('is told without the credential in it: %s', (path, expected) => {
    expect(redactPath(path)).toBe(expected);
  });

  it.each([
    '/api/v1/supplier-refunds/4_2017-01-01 15:09:00/',
    '/api/o/token/',
    '/%D9%81%D8%A7/%zz/%',
    '/6f1d3c1e-8a57-4f7e-9d3a-0c8b6c9d2e11',
    '//',
    '',
  ])('without one is told as it is: "%s"', (path) => {
    expect(redactPath(path)).toBe(path);
  });

  it('of the largest headers takes no longer for being made of what nearly is one', () => {
    for (const piece of ['token', 'eyJ', 'a=', '-token-', 'f', '%', '%25'])
      expect(redactPath(`/${piece.repeat(30_000 / piece.length)}`).length).toBeGreaterThan(0);
  });
});

describe('a text', () => {
  it('is told without the credentials in it', () => {
    expect(redactCredentials(`no ${key} at ?client_secret=abc&x=1`)).toBe(
      'no [Redacted] at ?client_secret=[Redacted]&x=1',
    );
  });
});
