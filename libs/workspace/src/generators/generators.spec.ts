import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Tree } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree.js';
import { generatedFiles } from '../generated/generated-files.js';
import generateConsumer from './consumer.js';
import removeService from './remove.js';
import generateResource from './resource.js';
import generateService from './service.js';
import type { ServiceDeclaration } from '../service-declaration.js';
import { filesIn, readText } from './tree-files.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const service = 'generated-service';
const resource = { service, name: 'generated-items', fields: 'customer:integer,note:string?' };
const consumer = { service, of: 'reservation-refund', type: 'reservation_refund.paid' };
const whole = { ...resource, detail: true, create: true, csv: true };

/** The repository; nothing is written to it. */
let tree: Tree;

beforeEach(() => {
  tree = new FsTree(root, false);
});

const changes = (): string[] => tree.listChanges().map(({ path }) => path);

describe('a service that is generated', () => {
  it('stands wherever its declaration leads, as `npm run generate` would write it', async () => {
    await generateService(tree, { name: service, family: 'oms' });
    for (const [path, text] of generatedFiles(filesIn(tree)))
      expect([path, tree.read(path, 'utf8')]).toEqual([path, text]);
    expect(changes()).toEqual(
      expect.arrayContaining([
        `apps/${service}/src/main.ts`,
        'docker-compose.yml',
        `deploy/kubernetes/base/${service}.yaml`,
        'deploy/kubernetes/base/network-policies.yaml',
        'deploy/nats/nats-server.conf',
        'deploy/new-secrets.sh',
        'deploy/prometheus/scrape.yml',
        'package-lock.json',
        'tsconfig.json',
        'CODEOWNERS',
      ]),
    );
  });

  it.each([
    ['a name that is taken', 'oms', 'oms', 'The name oms is taken.'],
    ['a name of a library', 'auth', 'oms', 'The name auth is taken.'],
    ['a name in capitals', 'Loyalty', 'oms', 'Loyalty is no name'],
    ['a family that there is not', service, 'shops', 'There is no family shops'],
  ])('is refused with %s', async (_, name, family, complaint) => {
    await expect(generateService(tree, { name, family })).rejects.toThrow(complaint);
  });
});

describe('a resource that is generated', () => {
  beforeEach(async () => {
    await generateService(tree, { name: service, family: 'oms' });
  });

  it('is entered in the module, the migrations, the contracts and the documents', async () => {
    await generateResource(tree, whole);
    await generateResource(tree, { ...resource, name: 'generated-boxes', singular: 'generated-box' });
    const moduleText = readText(tree, `apps/${service}/src/${service}.module.ts`);
    expect(moduleText).toContain('controllers: [GeneratedItemsController, GeneratedBoxesController],');
    expect(moduleText).toMatch(/GeneratedItemsReader,\s+GeneratedItemsService,\s+GeneratedBoxesReader/);
    expect(readText(tree, `apps/${service}/src/${service}.app.ts`)).toMatch(
      /Foundations1764000000001,\s+GeneratedItems1764000000002,\s+GeneratedBoxes1764000000003/,
    );
    expect(readText(tree, `libs/contracts/src/${service}/index.ts`)).toBe(
      "export * from './generated-boxes.js';\nexport * from './generated-items.js';\n",
    );
    expect(readText(tree, 'libs/contracts/src/index.ts')).toContain(`export * from './${service}/index.js';`);
    expect(readText(tree, 'docs/api.md')).toContain('| `POST generated-items/` | adds a generated item;');
  });

  it('has nothing of what it was not asked for', async () => {
    await generateResource(tree, resource);
    const text = [
      readText(tree, `libs/contracts/src/${service}/generated-items.ts`),
      readText(tree, `apps/${service}/src/generated-items/generated-items.controller.ts`),
      readText(tree, `apps/${service}/src/generated-items/generated-items.reader.ts`),
    ].join('\n');
    expect(text).not.toMatch(/createGenerated|readGenerated|csv|Streamed|undefined/);
    expect(tree.exists(`apps/${service}/src/generated-items/generated-items.service.ts`)).toBe(false);
  });

  it('leaves a value out of the required ones that has a question mark', async () => {
    await generateResource(tree, whole);
    const contract = readText(tree, `libs/contracts/src/${service}/generated-items.ts`);
    expect(contract).toMatch(/required: false, allowNull: true, maxLength: 255 }\)\s+note\?:\s+string \| null;/);
    expect(readText(tree, `apps/${service}/src/migrations/2-generated-items.ts`)).toMatch(
      /customer integer not null,\n\s+note text,\n/,
    );
  });

  it('joins a service that there was before', async () => {
    await generateResource(tree, { ...whole, service: 'reservation-refund' });
    const contract = readText(tree, 'libs/contracts/src/reservation-refund/generated-items.ts');
    expect(contract).toContain("family: 'reservation',");
    expect(contract).not.toContain('service:');
    expect(readText(tree, 'apps/reservation-refund/src/reservation-refund.module.ts')).toContain(
      'GeneratedItemsController,',
    );
    expect(changes()).toContainEqual(
      expect.stringMatching(/^apps\/reservation-refund\/src\/migrations\/\d+-generated-items\.ts$/),
    );
  });

  it.each([
    ['a service that there is not', { service: 'nobody' }, 'There is no service nobody.'],
    ['a service whose tables have no stamps', { service: 'supplier-refund' }, 'has no createStamps'],
    ['a name that is no plural', { name: 'fish' }, 'fish is no plural'],
    ['a name that another service has', { name: 'customers' }, 'customers.ts has Customer or an endpoint of customers'],
    ['a type that there is not', { fields: 'customer:uuid' }, '"customer:uuid" is no field'],
    ['a field twice', { fields: 'one:integer,one:string' }, 'There is a field one already.'],
    ['a field of every resource', { fields: 'id:integer' }, 'There is a field id already.'],
    ['no field that is required', { fields: 'note:string?' }, 'One field at least has to be required.'],
  ])('is refused with %s', async (_, difference, complaint) => {
    await expect(generateResource(tree, { ...resource, ...difference })).rejects.toThrow(complaint);
  });
});

describe('a consumer that is generated', () => {
  beforeEach(async () => {
    await generateService(tree, { name: service, family: 'oms' });
  });

  it('is typed by the contract of the events, and may receive notices of these and no others', async () => {
    await generateConsumer(tree, consumer);
    const handler = readText(tree, `apps/${service}/src/consumers/reservation-refund-paid.consumer.ts`);
    expect(handler).toContain("import { refundBecame, type RefundEvent } from '@refundry/contracts';");
    expect(handler).toContain('implements EventConsumer<RefundEvent>');
    expect(handler).toContain('readonly type = refundBecame.paid;');
    const declaration = JSON.parse(readText(tree, `apps/${service}/service.json`)) as Partial<ServiceDeclaration>;
    expect(declaration.consumes).toEqual({ 'reservation-refund': ['reservation_refund.paid'] });
    const subscribed = readText(tree, 'deploy/nats/nats-server.conf').match(/"logged\.[^>"]+"/g);
    expect(subscribed).toEqual(['"logged.reservation-refund.reservation_refund.paid"']);
  });

  it('is entered in the module, the app, the migrations and the manifest, and so is the next one', async () => {
    await generateConsumer(tree, consumer);
    await generateConsumer(tree, { ...consumer, of: 'oms', type: 'oms.customer.saved', name: 'known-customers' });
    const moduleText = readText(tree, `apps/${service}/src/${service}.module.ts`);
    expect(moduleText).toContain('static with({ databaseUrl, natsUrl }');
    expect(moduleText.match(/InboxModule\.forRoot/g)).toHaveLength(1);
    expect(moduleText).toContain('consumers: [ReservationRefundPaidConsumer, KnownCustomersConsumer]');
    const app = readText(tree, `apps/${service}/src/${service}.app.ts`);
    expect(app).toMatch(/ReservationRefundPaid1764000000002,\s+KnownCustomers1764000000003/);
    expect(app.match(/metrics: \(app\) => \[\.\.\.app\.get\(InboxMeasures\)\.all\]/g)).toHaveLength(1);
    expect(app.match(/readiness: /g)).toHaveLength(1);
    expect(readText(tree, `apps/${service}/src/migrations/2-reservation-refund-paid.ts`)).toContain('createInbox');
    expect(readText(tree, `apps/${service}/src/migrations/3-known-customers.ts`)).not.toContain('createInbox');
    expect(readText(tree, 'package-lock.json').match(/"@refundry\/inbox": "0\.1\.0"/g)?.length).toBeGreaterThan(0);
    expect(readText(tree, `apps/${service}/tsconfig.json`)).toContain('../../libs/inbox');
    expect(readText(tree, `apps/${service}/src/consumers/known-customers.consumer.ts`)).toContain('customersSaved');
  });

  it('joins a service that there was before', async () => {
    await generateConsumer(tree, { ...consumer, service: 'supplier-refund' });
    const moduleText = readText(tree, 'apps/supplier-refund/src/supplier-refund.module.ts');
    expect(moduleText).toMatch(/InboxModule\.forRoot\(\{\s+service: 'supplier-refund',\s+natsUrl,/);
    const app = readText(tree, 'apps/supplier-refund/src/supplier-refund.app.ts');
    expect(app).toContain('inbox: app.get(InboxReader).isReady, events: app.get(OutboxRelay).isReady');
    expect(app).toContain('...app.get(InboxMeasures).all');
  });

  it.each([
    ['a service that there is not', { service: 'nobody' }, 'There is no service nobody.'],
    ['a type that there is not', { type: 'reservation_refund.lost' }, 'reservation-refund has no events of type'],
    ['a service without events', { of: 'accounts' }, 'it has none.'],
    ['its own events', { service: 'reservation-refund' }, 'which is no other service with events'],
    ['a name in capitals', { name: 'Paid' }, 'Paid is no name'],
  ])('is refused with %s', async (_, difference, complaint) => {
    await expect(generateConsumer(tree, { ...consumer, ...difference })).rejects.toThrow(complaint);
  });

  it('is refused with a name that another one has', async () => {
    await generateConsumer(tree, consumer);
    await expect(generateConsumer(tree, consumer)).rejects.toThrow('has a consumer reservation-refund-paid already');
  });
});

describe('a service that is removed', () => {
  it('leaves nothing', async () => {
    await generateService(tree, { name: service, family: 'retail' });
    await generateResource(tree, whole);
    await generateConsumer(tree, consumer);
    await removeService(tree, { name: service });
    expect(changes()).toEqual([]);
  });

  it('must have no consumer in another service', async () => {
    await generateService(tree, { name: service, family: 'oms' });
    await generateConsumer(tree, consumer);
    await expect(removeService(tree, { name: 'reservation-refund' })).rejects.toThrow(
      `${service} consumes events of reservation-refund, which is no other service with events.`,
    );
  });

  it('must be there', async () => {
    await expect(removeService(tree, { name: 'nobody' })).rejects.toThrow('There is no service nobody.');
  });
});
