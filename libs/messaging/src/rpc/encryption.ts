import type { Encrypter } from '@refundry/auth';
import { decodeFrame, encodeFrame, type Frame, type Head } from '../transport/frame.js';

/**
 * A request as the body of another, which nobody reads on its way. It is bound to its subject, so that it can't be sent
 * to where it was not meant.
 */
export const encryptRequest = (encrypter: Encrypter, subject: string, head: Head, body?: Uint8Array): Uint8Array =>
  encrypter.encryptBytes(encodeFrame(head, body), `request ${subject}`);

/** @throws Error when it was encrypted for another subject, or by somebody else */
export const decryptRequest = (encrypter: Encrypter, subject: string, bytes: Uint8Array): Frame =>
  decodeFrame(encrypter.decryptBytes(bytes, `request ${subject}`));

export const encryptReply = (encrypter: Encrypter, subject: string, body: Uint8Array): Uint8Array =>
  encrypter.encryptBytes(body, `answer ${subject}`);

/** @throws Error as `openRequest` does */
export const decryptReply = (encrypter: Encrypter, subject: string, bytes: Uint8Array): Uint8Array =>
  encrypter.decryptBytes(bytes, `answer ${subject}`);
