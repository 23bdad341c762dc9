import type { ActionEndpoint, AuditedAction, Class } from '@refundry/resource';
import type { EntityManager } from 'typeorm';

/** Names what an account can set, and what holds until it does. */
export interface SettingsDeclaration<T extends object> {
  readonly of: Class<T>;
  readonly defaults: T;
}

/** The settings of a family, as its contract declares them. */
export interface SettingsEndpoints<T extends object> extends SettingsDeclaration<T> {
  readonly read: ActionEndpoint<object, T>;
  readonly update: ActionEndpoint<Partial<T>, T>;
  readonly decisions: { readonly changed: AuditedAction };
}

/** The names of the settings that are whole numbers, or switches. */
type ScalarName<T> = { [Name in keyof T]: T[Name] extends number | boolean ? Name : never }[keyof T] & string;

/**
 * SQL of a setting, for a statement that it steers: so it is read with what it decides about, and cached nowhere.
 *
 * @param account SQL of the account, a parameter of the statement
 */
export const settingValue = <T extends object>(
  { defaults }: SettingsDeclaration<T>,
  name: ScalarName<T>,
  account = '$1',
): string =>
  `coalesce((select (chosen ->> '${name}')::${typeof defaults[name] === 'boolean' ? 'boolean' : 'integer'} ` +
  `from account_settings where account_id = ${account}), ${String(defaults[name])})`;

/** The settings of an account that has chosen some of them. */
export const effectiveSettings = <T extends object>(
  { defaults }: SettingsDeclaration<T>,
  chosen: Partial<T> | undefined,
): T => ({ ...defaults, ...chosen });

/** The settings of an account as a transaction sees them, which steer what it does. */
export async function settingsWithin<T extends object>(
  transaction: EntityManager,
  settings: SettingsDeclaration<T>,
  account: number,
): Promise<T> {
  const [row] = await transaction.query<{ chosen: Partial<T> }[]>(
    'select chosen from account_settings where account_id = $1',
    [account],
  );
  return effectiveSettings(settings, row?.chosen);
}
