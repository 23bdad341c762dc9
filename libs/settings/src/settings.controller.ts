import { Controller, Inject, type Type } from '@nestjs/common';
import { byCaller } from '@refundry/audit';
import { Handles } from '@refundry/messaging';
import { ReadPool, Transactions } from '@refundry/persistence';
import type { ActionRequest } from '@refundry/resource';
import { AccountSettings, type CheckSettings } from './account-settings.js';
import type { SettingsEndpoints } from './settings-declaration.js';

/** The controller of the settings of a service's accounts. @param check refuses those that don't fit together */
export function settingsController<T extends object>(settings: SettingsEndpoints<T>, check?: CheckSettings<T>): Type {
  const { read, update } = settings;

  @Controller()
  class SettingsController {
    private readonly accounts: AccountSettings<T>;

    constructor(@Inject(ReadPool) readPool: ReadPool, @Inject(Transactions) transactions: Transactions) {
      this.accounts = new AccountSettings(readPool, transactions, settings, check);
    }

    @Handles(read)
    read({ caller }: ActionRequest<object>): Promise<T> {
      return this.accounts.read(caller.account);
    }

    @Handles(update)
    update(request: ActionRequest<Partial<T>>): Promise<T> {
      return this.accounts.change(byCaller(request), request.input);
    }
  }
  return SettingsController;
}
