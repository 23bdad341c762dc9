import type { ActionEndpoint, AuditedAction, Class } from '@refundry/resource';

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

/** The names of the settings that are whole numbers. */
type NumberName<T> = { [Name in keyof T]: T[Name] extends number ? Name : never }[keyof T] & string;

/** The names of the settings that are on or off. */
type FlagName<T> = { [Name in keyof T]: T[Name] extends boolean ? Name : never }[keyof T] & string;

/** SQL of whether a setting is on. @param account SQL of the account, a parameter of the statement */
export const settingFlag = <T extends object>(
  { defaults }: SettingsDeclaration<T>,
  name: FlagName<T>,
  account = '$1',
): string =>
  `coalesce((select (chosen ->> '${name}')::boolean from account_settings where account_id = ${account}), ` +
  `${Boolean(defaults[name])})`;

/**
 * SQL of a setting, for a statement that it steers: so it is read with what it decides about, and cached nowhere.
 *
 * @param account SQL of the account, a parameter of the statement
 */
export const settingValue = <T extends object>(
  { defaults }: SettingsDeclaration<T>,
  name: NumberName<T>,
  account = '$1',
): string =>
  `coalesce((select (chosen ->> '${name}')::integer from account_settings where account_id = ${account}), ` +
  `${Number(defaults[name])})`;
