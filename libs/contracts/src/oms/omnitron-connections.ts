import { BooleanField, ChoiceField, IntegerField, operation, StringField, UrlField } from '@refundry/resource';

/**
 * The address and login of an account's Omnitron. The password is encrypted by the sender: it never travels in the
 * clear.
 */
export class OmnitronConnection {
  @IntegerField({ label: 'Account' }) account!: number;
  @UrlField({ label: 'URL' }) url!: string;
  @StringField({ label: 'Username', maxLength: 200 }) username!: string;
  @StringField({ label: 'Sealed password', maxLength: 4000, isSecret: true }) sealed_password!: string;
}

/** The account of the connection. */
export class OmnitronConnectionOwner {
  @IntegerField({ label: 'Account' }) account!: number;
}

export class ReencryptedConnection {
  @BooleanField({ label: 'Whether there is a connection' }) is_there!: boolean;
}

/** An account's connection without its password, and the time it was set. */
export class ShownOmnitronConnection {
  @UrlField({ label: 'URL' }) url!: string;
  @StringField({ label: 'Username' }) username!: string;
  @StringField({ label: 'The time it was set' }) set!: string;
}

/** The part of a connection that a refused login points to; `omnitron` when the hub itself is in trouble. */
export const loginProblems = ['url', 'credentials', 'omnitron'] as const;

/** The outcome of one login at Omnitron. */
export class OmnitronLoginTest {
  @ChoiceField({ label: 'Problem', choices: loginProblems, allowNull: true }) problem!:
    (typeof loginProblems)[number] | null;
  @StringField({ label: 'Detail', allowBlank: true }) detail!: string;
}

/** The encryption purpose of the password of an account's connection. */
export const omnitronPasswordPurpose = (account: number): string => `omnitron-password:${account}`;

export const setOmnitronConnection = operation('oms.omnitron-connections.set', { input: OmnitronConnection });

/** Encrypts the password of an account's connection anew, with the first of several keys. */
export const rotateOmnitronConnectionKey = operation('oms.omnitron-connections.reseal', {
  input: OmnitronConnectionOwner,
  output: ReencryptedConnection,
});

export const showOmnitronConnection = operation('oms.omnitron-connections.show', {
  input: OmnitronConnectionOwner,
  output: ShownOmnitronConnection,
});

/** Logs in with a connection that is not stored. */
export const tryOmnitronConnection = operation('oms.omnitron-connections.try', {
  input: OmnitronConnection,
  output: OmnitronLoginTest,
});

/** Logs in with the stored connection of an account. */
export const testOmnitronConnection = operation('oms.omnitron-connections.test', {
  input: OmnitronConnectionOwner,
  output: OmnitronLoginTest,
});
