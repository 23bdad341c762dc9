import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** The cost of one derivation. OWASP's least for argon2id: 19 MiB, two passes, one read pool; about 30 ms. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const tagBytes = 32;

const phc = new RegExp(
  String.raw`^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<parallelism>\d+)` +
    String.raw`\$(?<salt>[A-Za-z0-9+/]+)\$(?<tag>[A-Za-z0-9+/]+)$`,
);

/** The hash of no password: comparing with it fails, and takes as long as with another. */
export const noPassword = phcText(randomBytes(saltBytes), randomBytes(tagBytes));

/**
 * The stored hash of a password: argon2id (RFC 9106) as a PHC string, with a salt of its own. It is made in Node's
 * thread pool.
 */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(saltBytes);
  return phcText(nonce, await derive('argon2id', { ...cost, message: password, nonce, tagLength: tagBytes }));
}

/**
 * Whether a hash was made of this password, at the cost that the hash names.
 *
 * @throws Error for a text that is no PHC string of argon2id; the text isn't repeated
 */
export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  const { memory, passes, parallelism, salt = '', tag = '' } = phc.exec(hash)?.groups ?? {};
  const expected = Buffer.from(tag, 'base64');
  if (expected.length === 0) throw new Error('A stored password hash is not one of argon2id.');
  const found = await derive('argon2id', {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
  });
  return timingSafeEqual(found, expected);
}

function phcText(salt: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** PHC strings carry no padding. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
