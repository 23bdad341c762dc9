import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repository, runTool } from '../../tools/src/toolbox.js';
import { runScript } from '../system/command-line.js';
import { putReservation } from '../system/reservations.js';
import { SharedSystem } from '../system/shared-system.js';

const generationMs = 120_000;

/** The calls of a third-party program that uses the client. The compiler checks it as strictly as our own code. */
const program = `
import {
  client, getCancellationReason, listCancellationReasons, pullCancellationReasonsByPost, quoteRefund,
  readSupplierRefund, requestRefund, saveSupplierRefunds,
} from './client/dist/index.js';
import type { CancellationReasonPage, FieldErrors, RefundQuote, SupplierRefundInput } from './client/dist/index.js';

declare const process: { argv: string[]; stdout: { write(text: string): void } };
const [, , asked = '{}'] = process.argv;
const { baseUrl, omsToken, retailToken, reservationToken, domain } = JSON.parse(asked) as Record<string, string>;
const credentials: Record<string, string | undefined> = {
  Authorization: \`Token \${omsToken}\`, Domain: domain, retailOAuth: retailToken, reservationToken,
};
client.setConfig({ ...(baseUrl && { baseUrl }), auth: ({ key, name }) => credentials[key ?? name ?? ''] });

const pulled = await pullCancellationReasonsByPost();
const listed = await listCancellationReasons({ query: { page_size: 2, sort: ['-id'], is_active: true } });
const reasons: CancellationReasonPage | undefined = listed.data;
const nowhere = await getCancellationReason({ path: { key: 999_999 } });
const detail: string | undefined =
  nowhere.error && 'detail' in nowhere.error ? String(nowhere.error.detail) : undefined;

const line = { product_id: 'milk', receive_document_id: 'shop_1', qty: '1.5', price: 5, total_price: '7.50' };
const document: SupplierRefundInput = {
  document_id: 'A', supplier_id: 's', shop_id: '1', date: '2017-01-01', products: [line],
};
const saved = await saveSupplierRefunds({ body: [document], headers: { 'Idempotency-Key': 'once' } });
const read = await readSupplierRefund({ path: { key: 'A_1' } });
const refused = await saveSupplierRefunds({ body: [document, { ...document, products: [{ ...line, qty: 'much' }] }] });
const errors = refused.error as FieldErrors[];

const quoted = await quoteRefund({ query: { reserve_id: 10011 } });
const quote: RefundQuote | undefined = quoted.data?.payload;
const requested = await requestRefund({ body: { reserve_id: 10011, expected_penalty: 1 } });
const code: number | undefined = requested.error?.error.code;

process.stdout.write(JSON.stringify({
  pulled: [pulled.response?.status, pulled.data],
  reasons: [reasons?.count, reasons?.results.map(({ subject }) => subject)],
  nowhere: [nowhere.response?.status, detail],
  saved: saved.data,
  qty: read.data?.products.map(({ qty }) => qty),
  refused: [refused.response?.status, errors], quote, code,
}));
`;

const compilerOptions = {
  target: 'es2024',
  lib: ['es2025', 'dom', 'dom.iterable'],
  types: [],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
};

describe('the generated client', () => {
  let system: SharedSystem;
  let folder: string;

  beforeAll(async () => {
    system = await SharedSystem.withSimulator();
    folder = mkdtempSync(join(tmpdir(), 'refundry-client-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await system.leave();
  });

  it(
    'compiles, and so does what uses it',
    async () => {
      const made = await runScript(
        join(repository, 'tools', 'dist', 'client.js'),
        ['--url', system.url, '--into', join(folder, 'client')],
        { timeout: generationMs },
      );
      expect([made.code, made.stdout]).toEqual([0, `The client is in ${join(folder, 'client')}.\n`]);
      for (const [file, content] of Object.entries({
        'package.json': '{"type":"module"}',
        'tsconfig.json': JSON.stringify({ compilerOptions, files: ['program.ts'] }),
        'program.ts': program,
      }))
        writeFileSync(join(folder, file), content);
      expect(await runTool('tsc', ['-p', folder])).toEqual({ succeeded: true, output: '' });
    },
    generationMs,
  );

  it(
    'lists, saves, reads and is refused, with a credential of each family',
    async () => {
      const oms = await system.newClient();
      const retail = await system.newRetailClient();
      const reservation = await system.newReservationClient();
      await reservation.payload('PUT', 'reservations/10011', putReservation(10011));
      const asked = {
        baseUrl: system.url,
        omsToken: oms.token,
        retailToken: retail.token,
        reservationToken: reservation.newToken(),
        domain: reservation.domain,
      };
      const { code, stdout, stderr } = await runScript(join(folder, 'program.js'), [JSON.stringify(asked)], {
        timeout: generationMs,
      });
      expect([code, stderr]).toEqual([0, '']);
      const page = await oms.page('?page_size=2&sort=-id&is_active=true');
      expect(JSON.parse(stdout)).toEqual({
        pulled: [200, {}],
        reasons: [page.count, page.results.map(({ subject }) => subject)],
        nowhere: [404, 'Not found.'],
        saved: { created: 1, updated: 0 },
        qty: ['1.5000'],
        refused: [400, [{}, { products: [{ qty: ['A valid number is required.'] }] }]],
        quote: { refundable: false, reserve_id: 10011, diffrance: 0, price: 10_000_000 },
        code: 3005,
      });
    },
    generationMs,
  );
});
