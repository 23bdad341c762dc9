import { gateway, services } from '../topology.js';
import type { Deployment } from './deployment.js';
import { expectEqual } from './expect-equal.js';

interface ContainerInspection {
  readonly Config: { readonly User: string };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[];
    readonly SecurityOpt: readonly string[];
    readonly Memory: number;
    readonly PortBindings: object;
  };
}

/**
 * Apps run as nobody in particular, on a file system that they can't change, and only the gateway can be reached.
 *
 * @throws when it is otherwise
 */
export async function containersAreClosed(deployment: Deployment): Promise<void> {
  for (const app of [gateway, ...services].map(({ name }) => name)) {
    for (const id of await deployment.containersOf(app)) {
      const [{ Config, HostConfig }] = JSON.parse(await deployment.docker('inspect', id)) as [ContainerInspection];
      expectEqual(
        `how ${app} runs`,
        {
          user: Config.User,
          isReadOnly: HostConfig.ReadonlyRootfs,
          capabilities: HostConfig.CapDrop,
          options: HostConfig.SecurityOpt,
          hasMemoryLimit: HostConfig.Memory > 0,
          ports: Object.keys(HostConfig.PortBindings).length,
        },
        {
          user: '1000',
          isReadOnly: true,
          capabilities: ['ALL'],
          options: ['no-new-privileges:true'],
          hasMemoryLimit: true,
          ports: app === gateway.name ? 1 : 0,
        },
      );
      expectEqual(
        `writing in ${app}`,
        await deployment.docker('exec', id, 'sh', '-c', 'touch /app/x 2>&1 || true'),
        "touch: cannot touch '/app/x': Read-only file system\n",
      );
    }
  }
}

/** Told to end, an app ends by itself, long before it would be killed. @throws when one had to be killed */
export async function appsEndInOrder(deployment: Deployment): Promise<void> {
  const ids = (await Promise.all([gateway, ...services].map(({ name }) => deployment.containersOf(name)))).flat();
  await deployment.compose('stop');
  const codes = await Promise.all(ids.map((id) => deployment.docker('inspect', '--format', '{{.State.ExitCode}}', id)));
  expectEqual(
    'exit codes',
    codes.map(Number),
    ids.map(() => 0),
  );
}
