import { choosePort } from '@refundry/testing';
import { setUpAddresses } from './address-setup.js';
import { migrate, operatorEnvironment, startApps, startOmnitron } from './apps.js';
import { Claim } from './claim.js';
import { CommandLine } from './command-line.js';
import { ProcessGroup } from './process-group.js';
import { DataFolder } from './data-folder.js';
import { prepareDemo } from './demo-account.js';
import { DemoReceiver } from './demo-receiver.js';
import { guide } from './guide.js';
import { finishLogs } from './log-file.js';
import { reporting, say } from './progress.js';
import { sentenceOf } from './refusal.js';
import { Secrets } from './secrets.js';
import { portsToListenOn, readSettings } from './settings.js';
import { databases, explainPort, nats, postgres, type Launch } from './surroundings.js';

/** Brings the system up and keeps it up until it is told to end; returns the exit code. */
async function launch(toldToEnd: Promise<void>): Promise<number> {
  const settings = readSettings(process.env, process.argv.slice(2));
  const folder = new DataFolder(settings.folder);
  const claim = await Claim.take(folder.claim);
  const processes = new ProcessGroup(claim);
  const up = bringUp({ settings, folder, processes, secrets: new Secrets(folder.secrets) });
  try {
    await Promise.race([toldToEnd, processes.casualty, up]);
    await Promise.race([toldToEnd, processes.casualty]);
    say('\nEnding everything …');
    return 0;
  } catch (error) {
    console.error(sentenceOf(error));
    return 1;
  } finally {
    await processes.stop();
    await finishLogs();
    claim.release();
  }
}

async function bringUp(launch: Launch): Promise<void> {
  for (const setting of portsToListenOn(launch.settings)) await choosePort(setting.port).catch(explainPort(setting));
  const [adminUrl, natsUrl, omnitron, receiver] = await Promise.all([
    postgres(launch),
    nats(launch),
    startOmnitron(launch),
    DemoReceiver.start(launch.settings.receiverPort.port),
  ]);
  const surroundings = { natsUrl, databases: await reporting('databases', () => databases(adminUrl, launch.secrets)) };
  await reporting('migrations', () => migrate(launch, surroundings));
  const { url, operations } = await startApps(launch, surroundings);
  const accounts = new CommandLine(launch, operatorEnvironment(launch, surroundings));
  const { demo, isNewlyConnected } = await prepareDemo(launch, accounts, { gateway: url, omnitron, receiver });
  say(await guide(demo, operations, launch.folder));
  await setUpAddresses(accounts, demo, isNewlyConnected);
}

/** Ctrl-C, a polite kill, a closed terminal, or the death of the process that started us. */
function untilToldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        resolve();
      });
    if (process.connected)
      process.on('disconnect', () => {
        resolve();
      });
  });
}

// A reader that went away must not keep us from ending what we started.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exit(
  await launch(untilToldToEnd()).catch((error: unknown) => {
    console.error(sentenceOf(error)); // before there was anything to end
    return 1;
  }),
);
