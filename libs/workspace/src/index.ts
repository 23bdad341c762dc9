export { filesOnDisk } from './files-on-disk.js';
export { generatedFiles } from './generated/generated-files.js';
export { callers, inVariable, natsUsers, passwordVariable } from './nats-users.js';
export { readDeclarations, type ServiceDeclaration } from './service-declaration.js';
export { serviceNames, type ServiceName } from './service-names.js';
