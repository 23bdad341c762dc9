export { settingsController } from './settings.controller.js';
export { settingFlag, settingValue, type SettingsDeclaration, type SettingsEndpoints } from './settings-declaration.js';
export { settingsOfAccount } from './settings-of-account.js';
export { createSettings, dropSettings } from './settings-table.js';
