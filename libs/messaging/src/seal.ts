import type { Vault } from '@refundry/auth';
import { decodeFrame, encodeFrame, type Frame, type Head } from './frame.js';

/**
 * A request as the body of another, which nobody reads on its way. It is bound to its subject, so that it can't be sent to
 * where it was not meant.
 */
export const sealRequest = (vault: Vault, subject: string, head: Head, body?: Uint8Array): Uint8Array => vault.sealBytes(encodeFrame(head, body), `request ${subject}`);

/** @throws Error when it was sealed for another subject, or by somebody else */
export const openRequest = (vault: Vault, subject: string, bytes: Uint8Array): Frame => decodeFrame(vault.openBytes(bytes, `request ${subject}`));

export const sealAnswer = (vault: Vault, subject: string, body: Uint8Array): Uint8Array => vault.sealBytes(body, `answer ${subject}`);

/** @throws Error as `openRequest` does */
export const openAnswer = (vault: Vault, subject: string, bytes: Uint8Array): Uint8Array => vault.openBytes(bytes, `answer ${subject}`);
