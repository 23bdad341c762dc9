import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  approveRefund,
  createRefundRules,
  markRefundPaid,
  rejectRefund,
  requestRefund,
  reservationSettings,
  saveReservation,
  type Refund,
} from '@refundry/contracts';
import type { Actor } from '@refundry/resource';
import { NatsServer, testDatabase } from '@refundry/testing';
import { flight, flightRules, RunningService } from '../testing/running-service.js';
import { person } from '../testing/waivers.js';

let nats: NatsServer;
let service: RunningService;
let reservations = 0;

const [agency, office] = [person(1), person(2)];

beforeAll(async () => {
  nats = await NatsServer.start();
  service = await RunningService.start(nats.url(), await testDatabase('reservation-refund'));
  await service.ask(createRefundRules, { body: flightRules });
});

afterAll(async () => {
  await service.stop();
  await nats.stop();
});

const set = (settings: object): Promise<object> => service.ask(reservationSettings.update, { body: settings });

async function newRefund(actor: Actor | null = agency): Promise<Refund> {
  const id = ++reservations;
  const names = { local_pnr: `L${id}`, original_pnr: `O${id}` };
  await service.ask(saveReservation, { key: String(id), body: { ...flight, ...names } });
  return service.ask(requestRefund, {
    receivedAt: Date.parse('2027-03-07T08:29:59Z'),
    body: { reserve_id: id, expected_penalty: 3_000_000 },
    ...(actor && { actor }),
  });
}
const approve = ({ id }: Refund, actor?: Actor): Promise<Refund> =>
  service.ask(approveRefund, { key: String(id), ...(actor && { actor }) });

describe('an account that wants another person to approve', () => {
  it('refuses the approval of whoever requested the refund, under any domain, and of nobody', async () => {
    await set({ second_person_approves: true });
    const refund = await newRefund();
    for (const actor of [agency, person(1, 'other.example'), undefined])
      await expect(approve(refund, actor)).rejects.toMatchObject({ code: 'second_person_needed' });
    expect(await approve(refund, office)).toMatchObject({ id: refund.id, status: 'approved' });
    await expect(approve(refund, agency)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('lets anybody who is known approve what an unknown person requested', async () => {
    await set({ second_person_approves: true });
    const refund = await newRefund(null);
    await expect(approve(refund)).rejects.toMatchObject({ code: 'second_person_needed' });
    expect(await approve(refund, agency)).toMatchObject({ status: 'approved' });
  });

  it('leaves the other moves to one person', async () => {
    await set({ second_person_approves: true });
    const [first, second] = [await newRefund(), await newRefund()];
    expect(await service.ask(rejectRefund, { key: String(first.id), actor: agency })).toMatchObject({
      status: 'rejected',
    });
    await approve(second, office);
    expect(await service.ask(markRefundPaid, { key: String(second.id), actor: agency })).toMatchObject({
      status: 'paid',
    });
  });

  it('may let small amounts pass without a person', async () => {
    await set({ second_person_approves: true, approve_above: 7_000_000 });
    expect(await newRefund()).toMatchObject({ status: 'approved' });
    await set({ approve_above: null });
  });
});

describe('an account that wants nothing of the kind', () => {
  it('lets one person request and approve', async () => {
    await set({ second_person_approves: false });
    expect(await approve(await newRefund(), agency)).toMatchObject({ status: 'approved' });
    expect(await approve(await newRefund(null))).toMatchObject({ status: 'approved' });
  });
});
