import { ValidateBy } from 'class-validator';

/**
 * A URL of one of some protocols, such as `https:`. Its message names the variable and not its value, which may hold a
 * password.
 */
export const IsUrlWith = (...protocols: string[]): PropertyDecorator =>
  ValidateBy({
    name: 'isUrlWith',
    validator: {
      validate: (text: unknown) => isUrlWith(text, protocols),
      defaultMessage: () => `$property ${mustBeUrl(protocols)}`,
    },
  });

const natsProtocols = ['nats:', 'tls:'];

/** The address of NATS, or several, separated by commas. */
export const IsNatsUrl = (): PropertyDecorator =>
  ValidateBy({
    name: 'isNatsUrl',
    validator: {
      validate: (text: unknown) =>
        typeof text === 'string' && text.split(',').every((url) => isUrlWith(url, natsProtocols)),
      defaultMessage: () => `$property ${mustBeUrl(natsProtocols)}`,
    },
  });

/**
 * An encryption key: 32 bytes in base64, or several such, separated by commas, while one takes the place of another.
 */
export const IsEncryptionKey = (): PropertyDecorator =>
  ValidateBy({
    name: 'isEncryptionKey',
    validator: {
      validate: (text: unknown) =>
        typeof text === 'string' && text.split(',').every((key) => Buffer.from(key, 'base64').length === 32),
      defaultMessage: () => '$property must be 32 bytes in base64',
    },
  });

const isUrlWith = (text: unknown, protocols: readonly string[]): boolean =>
  typeof text === 'string' && URL.canParse(text) && protocols.includes(new URL(text).protocol);

const mustBeUrl = (protocols: readonly string[]): string =>
  `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
