import { BooleanField, IntegerField, operation, StringField, UrlField } from '@refundry/resource';

/** Where and as whom an account's Omnitron is read. The password is sealed by the sender: it never travels in the clear. */
export class OmnitronConnection {
  @IntegerField({ label: 'Account' }) account!: number;
  @UrlField({ label: 'URL' }) url!: string;
  @StringField({ label: 'Username', maxLength: 200 }) username!: string;
  @StringField({ label: 'Sealed password', maxLength: 4000 }) sealed_password!: string;
}

/** Whose connection it is. */
export class OmnitronConnectionOwner {
  @IntegerField({ label: 'Account' }) account!: number;
}

export class ResealedConnection {
  @BooleanField({ label: 'Whether there is a connection' }) is_there!: boolean;
}

/** What the sealed password of an account's connection is bound to. */
export const omnitronPasswordPurpose = (account: number): string => `omnitron-password:${account}`;

export const setOmnitronConnection = operation('oms.omnitron-connections.set', { input: OmnitronConnection });

/** Seals the password of an account's connection anew, with the first of several keys. */
export const resealOmnitronConnection = operation('oms.omnitron-connections.reseal', { input: OmnitronConnectionOwner, output: ResealedConnection });
