/** Rules that oxlint lacks, or applies where Nest's decorators need the import (docs/adr/0048). */
export default {
  meta: { name: 'house' },
  rules: {
    'interface-names': {
      create: (context) => ({
        TSInterfaceDeclaration({ id }) {
          if (/^I[A-Z]/.test(id.name)) context.report({ node: id, message: 'An interface is named without a prefix.' });
        },
      }),
    },
    // A file with a decorator needs its imports when it runs: `emitDecoratorMetadata` turns the types of parameters
    // into values.
    'type-imports': {
      create: (context) => {
        let hasDecorators = false;
        /** @type {object[]} */
        const imports = [];
        return {
          Decorator() {
            hasDecorators = true;
          },
          ImportDeclaration(node) {
            if (node.importKind !== 'type' && node.specifiers.some((specifier) => isOnlyType(specifier, context)))
              imports.push(node);
          },
          'Program:exit'() {
            for (const node of hasDecorators ? [] : imports)
              context.report({ node, message: 'What is only a type is imported with `import type`.' });
          },
        };
      },
    },
  },
};

function isOnlyType(specifier, { sourceCode }) {
  if (specifier.importKind === 'type') return false;
  const references = sourceCode.getDeclaredVariables(specifier).flatMap((variable) => variable.references);
  return (
    references.length > 0 &&
    references.every((reference) => reference.isTypeReference || isInTypeQuery(reference.identifier))
  );
}

/** Tells `typeof imported` in a type. */
function isInTypeQuery(node) {
  for (let { parent } = node; parent; parent = parent.parent) {
    if (parent.type === 'TSTypeQuery') return true;
    if (parent.type !== 'TSQualifiedName') return false;
  }
  return false;
}
