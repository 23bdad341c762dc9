import { registerHooks } from 'node:module';

// Node takes the types away; our imports name the compiled files.
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.startsWith('.') && context.parentURL?.endsWith('.ts') ? specifier.replace(/[.]js$/, '.ts') : specifier,
      context,
    ),
});
await import('./shared-system-host.ts');
