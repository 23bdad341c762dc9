export { settingsController } from './settings.controller.js';
export {
  settingsWithin,
  settingValue,
  type SettingsDeclaration,
  type SettingsEndpoints,
} from './settings-declaration.js';
export { createSettings, dropSettings } from './settings-table.js';
