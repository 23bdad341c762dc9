import { text } from 'node:stream/consumers';
import { newApiKey } from '@refundry/auth';
import { read, StringField } from '@refundry/resource';
import { Option } from 'commander';

/** What a user may log in with: as long as a token request takes, and no shorter than people are allowed to guess. */
const [shortest, longest] = [8, 1000];

class GivenPassword {
  @StringField({ label: 'Password', maxLength: longest, trim: false }) password!: string;
}

export interface PasswordOptions {
  passwordStdin?: boolean;
}

/** A password, and what of it is shown: one of ours, once. */
export interface ChosenPassword {
  readonly password: string;
  readonly shown: { readonly password?: string };
}

/** An argument, or a variable of the environment, would be seen by others on the machine. */
export const passwordOption = (): Option => new Option('--password-stdin', 'read the password from standard input, one line; otherwise a new one is made and shown once');

/** @throws Failure, Error for a password that is too short, too long, or no text */
export async function choosePassword({ passwordStdin: isGiven }: PasswordOptions): Promise<ChosenPassword> {
  if (!isGiven) {
    const password = newApiKey();
    return { password, shown: { password } };
  }
  const { password } = read(GivenPassword, { password: (await text(process.stdin)).replace(/\r?\n$/, '') });
  if (password.length < shortest) throw new Error(`A password has at least ${shortest} characters.`);
  return { password, shown: {} };
}
