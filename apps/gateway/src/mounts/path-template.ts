import type { Mount } from './mount.js';

/** The path of a mount as OpenAPI writes it, and as its family's links end. */
export const templateOf = ({ path, dialect }: Pick<Mount, 'path' | 'dialect'>): string =>
  path.replaceAll(/:(\w+)/g, '{$1}') + (dialect.description.endsInSlash ? '/' : '');
