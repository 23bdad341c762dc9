import { newApiKey } from '@refundry/auth';
import { read, StringField } from '@refundry/resource';
import { Option } from 'commander';
import { readSecret } from './secret-input.js';

/**
 * Lengths of a password: the most that a token request takes, and the least that is safe from guessing, which an
 * operator may waive.
 */
const [minLength, maxLength] = [8, 1000];

class GivenPassword {
  @StringField({ label: 'Password', maxLength: maxLength, trim: false }) password!: string;
}

export interface PasswordOptions {
  passwordStdin?: boolean;
  allowWeakPassword?: boolean;
}

/** A password, and what of it is shown: one of ours, once. */
export interface ChosenPassword {
  readonly password: string;
  readonly shown: { readonly password?: string };
}

export const passwordOption = (): Option =>
  new Option(
    '--password-stdin',
    'read the password from standard input, one line; otherwise a new one is made and shown once',
  );
export const weakPasswordOption = (): Option =>
  new Option(
    '--allow-weak-password',
    `take one of fewer than ${minLength} characters, for a client that can't change it; anybody may guess it`,
  );

/** @throws Failure, Error for a password that is too short, too long, or no text */
export async function choosePassword({
  passwordStdin: isGiven,
  allowWeakPassword: isWeakAllowed = false,
}: PasswordOptions): Promise<ChosenPassword> {
  if (!isGiven) {
    const password = newApiKey();
    return { password, shown: { password } };
  }
  const { password } = read(GivenPassword, { password: await readSecret('Password') });
  if (password.length >= minLength || isWeakAllowed) return { password, shown: {} };
  throw new Error(`A password has at least ${minLength} characters; --allow-weak-password takes a shorter one.`);
}
