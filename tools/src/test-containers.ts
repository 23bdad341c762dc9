import { setTimeout as pause } from 'node:timers/promises';
import { answers, newClients, type Clients } from './containers/answers.js';
import { appsEndInOrder, containersAreClosed } from './containers/container-checks.js';
import { Deployment, images } from './containers/deployment.js';
import { expectEqual } from './containers/expect-equal.js';
import { imageSizes, noSecretsInImages } from './containers/image-checks.js';
import { SteadyLoad } from './containers/steady-load.js';
import { reporting, say } from './progress.js';
import { Refusal, sentenceOf } from './refusal.js';

const demo = ['--profile', 'demo'];

async function testContainers([unknown]: readonly string[]): Promise<void> {
  if (unknown !== undefined) throw new Refusal(`There is no option ${unknown}: npm run test:containers takes none.`);
  const deployment = await Deployment.prepare();
  try {
    await tryEverything(deployment);
  } finally {
    await deployment.remove();
  }
  say('Containers: everything holds.');
}

async function tryEverything(deployment: Deployment): Promise<void> {
  await reporting('images are built', () => deployment.compose(...demo, 'build', '--quiet', ...images));
  await reporting(
    'they are small',
    () => imageSizes(deployment),
    (sizes) => sizes,
  );
  await reporting('they hold no secret', () => noSecretsInImages(deployment));
  await reporting('from up to ready', async () => {
    await deployment.compose('up', '-d');
    await deployment.ready();
  });
  await reporting('a first credential and its answer', () => firstAnswer(deployment));
  await reporting('the demo account', () =>
    deployment.compose(...demo, 'up', '-d').then(() => deployment.docker('wait', `${deployment.name}_demo_1`)),
  );
  await reporting('containers are closed', () => containersAreClosed(deployment));
  const clients = await reporting('clients of each family', () => newClients(deployment.url, deployment));
  const before = await answers(deployment.url, clients);
  await reporting(
    'one of three replicas is killed',
    () => killOneOfThree(deployment, clients),
    (outcome) => outcome,
  );
  await reporting('apps end in order', () => appsEndInOrder(deployment));
  await reporting('all removed, and up again', () => upAgain(deployment));
  expectEqual('answers after all was removed', await answers(deployment.url, clients), before);
  await reporting('backup, loss, restore', () => loseAndRestore(deployment));
  expectEqual('answers after the restore', await answers(deployment.url, clients), before);
}

/** By the documented commands. */
async function firstAnswer(deployment: Deployment): Promise<void> {
  await deployment.run('account', 'create', '--name', 'acme');
  const { token } = await deployment.run<{ token: string }>('token', 'create', '--account', 'acme');
  const response = await fetch(`${deployment.url}/api/v1/oms/cancellation-reasons/`, {
    headers: { authorization: `Token ${token}` },
  });
  expectEqual(
    'the first answer',
    [response.status, await response.json()],
    [200, { count: 0, next: null, previous: null, results: [] }],
  );
}

/** Under a steady load, which has to be answered all the same. */
async function killOneOfThree(deployment: Deployment, { token }: Clients): Promise<string> {
  await deployment.compose('up', '-d', '--no-recreate', '--scale', 'oms=3');
  const [victim = '', ...others] = await deployment.containersOf('oms');
  expectEqual('further replicas', others.length, 2);
  const load = new SteadyLoad(`${deployment.url}/api/v1/oms/cancellation-reasons/?page_size=5`, `Token ${token}`);
  await pause(3000);
  await deployment.docker('kill', '--signal', 'KILL', victim);
  await pause(10_000);
  const { asked, failed, slowestMs } = await load.end();
  expectEqual(`failed of ${asked} requests`, failed, []);
  return `${asked} requests, 0 failed, the slowest took ${slowestMs} ms`;
}

async function upAgain(deployment: Deployment): Promise<void> {
  await deployment.compose(...demo, 'down');
  await deployment.compose('up', '-d');
  await deployment.ready();
}

async function loseAndRestore(deployment: Deployment): Promise<void> {
  const backup = `${deployment.folder}/backup`;
  await deployment.script('backup.sh', backup);
  await deployment.compose('down', '--volumes');
  await deployment.script('restore.sh', backup);
  await deployment.ready();
}

// Ctrl-C ends what is under way; what was started is removed all the same.
process.on('SIGINT', () => undefined);
try {
  await testContainers(process.argv.slice(2));
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}
