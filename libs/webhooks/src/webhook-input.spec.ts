import { describe, expect, it } from '@jest/globals';
import { checkWebhook, type WebhookInput } from './webhook-input.js';

const types = ['document.saved', 'webhook.disabled'];

function complaints(input: WebhookInput, allowsPlain = false): unknown {
  try {
    checkWebhook(input, { types, allowsPlain });
    return undefined;
  } catch (failure) {
    return (failure as { fields: unknown }).fields;
  }
}

describe('an endpoint', () => {
  it.each([
    ['https://user:secret@example.com/', 'Enter a URL without user and password.'],
    ['https://user@example.com/', 'Enter a URL without user and password.'],
    ['http://example.com/', 'Enter a URL that begins with https://.'],
    ['ftp://example.com/', 'Enter a valid URL.'],
    ['example.com', 'Enter a valid URL.'],
  ])('is refused at %s', (url, text) => {
    expect(complaints({ url })).toEqual({ url: [text] });
  });

  it('may be plain where that is allowed', () => {
    expect(complaints({ url: 'http://example.com/' }, true)).toBeUndefined();
    expect(complaints({ url: 'https://example.com/' })).toBeUndefined();
  });

  it('wants types of the catalogue, or those that begin so', () => {
    expect(complaints({ event_types: ['document.saved', 'document.*', 'webhook.*'] })).toBeUndefined();
    expect(complaints({ event_types: ['x', 'document', 'docu.*', '*', 'document.saved.*'] })).toEqual({
      event_types: ['x', 'document', 'docu.*', '*', 'document.saved.*'].map(
        (type) => `"${type}" is not a known event type.`,
      ),
    });
  });
});
