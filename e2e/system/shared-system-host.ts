import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { lastLogged, type LogLine } from './log-lines.js';
import { newNatsUsers } from './nats-users.js';
import { everyService, RunningSystem } from './running-system.js';
import type { SharedSystemDescription } from './shared-system.js';

interface Command {
  readonly input: string;
  readonly parameters: readonly string[];
}

/** A question of a test file about the system. */
type Question =
  | { readonly about: 'system' }
  | ({ readonly about: 'command' } & Command)
  | ({ readonly about: 'attempt' } & Command)
  | { readonly about: 'log'; readonly app: string; readonly fields: LogLine };

/** The system that test files share: it has every service, and no Omnitron, for each file brings its own. */
const system = await RunningSystem.start({ services: everyService, simulated: false });

const description = (): SharedSystemDescription => ({
  url: system.url,
  keys: system.keys,
  databases: system.databases,
  natsUrls: Object.fromEntries(newNatsUsers().map(({ user }) => [user, system.natsUrl(user)])),
  operations: Object.fromEntries(system.everyApp.map(({ name, operations = '' }) => [name, operations])),
});

async function answerTo(question: Question): Promise<unknown> {
  if (question.about === 'system') return description();
  if (question.about === 'command') return system.commandWith(question.input, ...question.parameters);
  if (question.about === 'attempt') return system.tryCommandWith(question.input, ...question.parameters);
  return lastLogged(system.app(question.app), question.fields) ?? null;
}

const server = createServer((request, response) => {
  void json(request)
    .then((question) => answerTo(question as Question))
    .then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`${JSON.stringify({ msg: 'ready', url })}\n`);
});

for (const event of ['SIGTERM', 'disconnect'] as const)
  process.once(event, () => {
    void system.kill().then(() => process.exit());
  });
