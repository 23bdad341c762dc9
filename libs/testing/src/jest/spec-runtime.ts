import { createRequire, enableCompileCache, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SourceTextModule, SyntheticModule, type Module } from 'node:vm';

declare module 'node:vm' {
  interface SourceTextModule {
    createCachedData(): Buffer;
  }
}

const require = createRequire(import.meta.url);
const { default: Runtime } = require('jest-runtime') as typeof import('jest-runtime');

type RuntimeArguments = ConstructorParameters<typeof Runtime>;

interface Compiled {
  readonly code: string;
  readonly bytecode: Buffer;
}

/** A module that is ours and not linked yet, with the resolved names of what it imports. */
interface Unlinked {
  readonly module: SourceTextModule;
  readonly imports: readonly string[];
}

const GLOBALS = '@jest/globals';
const conditions = ['import', 'module-sync', 'node', 'node-addons', 'default'];
const asIs = {
  isInternalModule: false,
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: true,
  supportsTopLevelAwait: true,
};

const packages = new Map<string, SyntheticModule>();
const compiled = new Map<string, Compiled>();

/**
 * Loads modules for spec files. Node itself imports those of packages, once for all spec files of a worker; ours are
 * evaluated anew for each spec file, so that none meets another's state. Nothing can be mocked by module.
 */
export default class SpecRuntime extends Runtime {
  private readonly own = new Map<string, Module>();
  private readonly sourceMaps = new Map<string, string>();
  private readonly resolver: RuntimeArguments[2];
  private readonly transformer: RuntimeArguments[3];
  private readonly coverage: RuntimeArguments[5];
  /** Jest's own modules are Node's too; the one that collects a file's tests is made anew for each. */
  override readonly requireInternalModule: InstanceType<typeof Runtime>['requireInternalModule'] = (
    from,
    to = from,
  ) => {
    Reflect.deleteProperty(require.cache, to);
    return super.requireInternalModule(from, `jest-main://${encodeURIComponent(to)}`);
  };
  private loading: Promise<unknown> = Promise.resolve();

  constructor(...args: RuntimeArguments) {
    const unchanged = { ...Object.getOwnPropertyDescriptor(process, 'getBuiltinModule') };
    super(...args);
    Object.defineProperty(process, 'getBuiltinModule', unchanged); // the process is the worker's own here, not a copy
    const [{ cacheDirectory }, , resolver, transformer, , coverage] = args;
    [this.resolver, this.transformer, this.coverage] = [resolver, transformer, coverage];
    enableCompileCache(join(cacheDirectory, 'packages'));
  }

  override async unstable_importModule(from: string, name?: string): Promise<Module> {
    this.own.set(GLOBALS, synthetic(GLOBALS, this.requireModuleOrMock(from, GLOBALS)));
    return evaluated(await this.load(name === undefined ? from : this.resolve(from, name)));
  }

  override getSourceMaps(): Map<string, string> {
    return this.sourceMaps;
  }

  override teardown(): void {
    this.own.clear();
    super.teardown();
  }

  /** Loads one graph after the other, so that none is linked to a half of another. */
  private load(path: string): Promise<Module> {
    const loaded = this.loading.then(() => this.loadGraph(path));
    this.loading = loaded.catch(() => undefined);
    return loaded;
  }

  private async loadGraph(path: string): Promise<Module> {
    const unlinked: Unlinked[] = [];
    const root = this.own.get(path) ?? this.compile(path, unlinked);
    const missing = new Set(unlinked.flatMap(({ imports }) => imports.filter((name) => !this.loaded(name))));
    await Promise.all([...missing].map(async (name) => packages.set(name, await shared(name))));
    for (const { module, imports } of unlinked) module.linkRequests(imports.flatMap((name) => this.loaded(name) ?? []));
    return root;
  }

  private compile(path: string, unlinked: Unlinked[]): SourceTextModule {
    const module = this.moduleOf(path);
    this.own.set(path, module);
    const imports = module.moduleRequests.map(({ specifier }) => this.resolve(path, specifier));
    unlinked.push({ module, imports });
    for (const name of imports) if (!isShared(name) && !this.own.has(name)) this.compile(name, unlinked);
    return module;
  }

  private moduleOf(path: string): SourceTextModule {
    const { code, sourceMapPath } = this.transformer.transform(path, { ...asIs, ...this.coverage });
    if (sourceMapPath !== null) this.sourceMaps.set(path, sourceMapPath);
    const known = compiled.get(path);
    if (known?.code === code)
      try {
        return this.sourceModule(path, code, known.bytecode);
      } catch (error) {
        // V8 takes bytecode only under the flags it was made under, and specs may set some.
        if ((error as NodeJS.ErrnoException).code !== 'ERR_VM_MODULE_CACHED_DATA_REJECTED') throw error;
      }
    const module = this.sourceModule(path, code);
    compiled.set(path, { code, bytecode: module.createCachedData() });
    return module;
  }

  private sourceModule(path: string, code: string, bytecode?: Buffer): SourceTextModule {
    return new SourceTextModule(code, {
      identifier: path,
      cachedData: bytecode,
      initializeImportMeta: (meta) =>
        Object.assign(meta, { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) }),
      importModuleDynamically: (specifier) => this.importDynamically(this.resolve(path, specifier)),
    });
  }

  private async importDynamically(name: string): Promise<Module> {
    return evaluated(isShared(name) ? await shared(name) : await this.load(name));
  }

  private resolve(from: string, name: string): string {
    return name === GLOBALS || isBuiltin(name) ? name : this.resolver.resolveModule(from, name, { conditions });
  }

  private loaded(name: string): Module | undefined {
    return this.own.get(name) ?? packages.get(name);
  }
}

function isShared(name: string): boolean {
  return isBuiltin(name) || name.includes('/node_modules/');
}

async function shared(name: string): Promise<SyntheticModule> {
  return synthetic(name, (await import(isBuiltin(name) ? name : pathToFileURL(name).href)) as object);
}

function synthetic(identifier: string, exported: object): SyntheticModule {
  const entries = Object.entries(exported);
  return new SyntheticModule(
    entries.map(([name]) => name),
    function setExports() {
      for (const [name, value] of entries) this.setExport(name, value);
    },
    { identifier },
  );
}

async function evaluated(module: Module): Promise<Module> {
  if (module.status === 'unlinked' && module instanceof SourceTextModule) module.instantiate();
  await module.evaluate();
  return module;
}
