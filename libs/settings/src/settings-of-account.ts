import type { EntityManager } from 'typeorm';
import type { SettingsDeclaration } from './settings-declaration.js';

/** The settings of an account as a transaction sees them, for what it decides after its locks (docs/adr/0063). */
export async function settingsOfAccount<T extends object>(
  transaction: EntityManager,
  { defaults }: Pick<SettingsDeclaration<T>, 'defaults'>,
  account: number,
): Promise<T> {
  const [row] = await transaction.query<{ chosen: Partial<T> }[]>(
    'select chosen from account_settings where account_id = $1',
    [account],
  );
  return { ...defaults, ...row?.chosen };
}
