import { Injectable } from '@nestjs/common';
import { byCaller, recordDecision } from '@refundry/audit';
import { waiverCodeDecisions, type WaiverCode } from '@refundry/contracts';
import { Failure, invalid } from '@refundry/errors';
import { ReadPool, Transactions } from '@refundry/persistence';
import type { ActionRequest } from '@refundry/resource';
import type { EntityManager } from 'typeorm';
import { defaultWaiverCodes } from './default-waiver-codes.js';
import type { WaiverCodeRow } from './waiver-code.entity.js';
import { WaiverCodesRepository } from './waiver-codes.repository.js';
import { lockCodes, ownCodes } from './waiver-codes.sql.js';

/** Of an account, beside those that every account has. */
const maxOwnCodes = 200;

/** Keeps the reasons for waivers: those that every account has, as it has replaced them, and those it has added. */
@Injectable()
export class WaiverCodesService {
  constructor(
    private readonly readPool: ReadPool,
    private readonly transactions: Transactions,
    private readonly codes: WaiverCodesRepository,
  ) {}

  async list(account: number): Promise<readonly WaiverCode[]> {
    const own = new Map((await ownCodes(this.readPool, account)).map((code) => [code.code, code]));
    const replaced = defaultWaiverCodes.map((code) => own.get(code.code) ?? code);
    const defaults = new Set(defaultWaiverCodes.map(({ code }) => code));
    return [...replaced, ...[...own.values()].filter(({ code }) => !defaults.has(code))];
  }

  /** @throws Failure `invalid`, also for a code that is there already */
  async add(request: ActionRequest<WaiverCode>): Promise<WaiverCode> {
    const { account } = request.caller;
    const given = completed(request.input, request.input.code);
    return this.transactions.run({ account }, async (transaction) => {
      await lockCodes(transaction, account);
      if (await this.find(transaction, account, given.code)) throw invalid({ code: ['This code is there already.'] });
      if ((await this.codes.count(transaction, account)) >= maxOwnCodes)
        throw invalid({ non_field_errors: [`An account has no more than ${maxOwnCodes} codes of its own.`] });
      await this.codes.add(transaction, rowOf(account, given));
      await recordDecision(transaction, byCaller(request), {
        action: waiverCodeDecisions.added,
        subject: given.code,
        after: given,
      });
      return given;
    });
  }

  /** @throws Failure `unknown_waiver_code`, `invalid` */
  async replace(request: ActionRequest<WaiverCode>): Promise<WaiverCode> {
    const {
      caller: { account },
      key: code,
    } = request;
    return this.transactions.run({ account }, async (transaction) => {
      await lockCodes(transaction, account);
      const before = await this.find(transaction, account, code);
      if (!before) throw new Failure('unknown_waiver_code');
      const after = completed(request.input, code);
      const isOwn = await this.codes.find(transaction, account, code);
      await (isOwn
        ? this.codes.replace(transaction, rowOf(account, after))
        : this.codes.add(transaction, rowOf(account, after)));
      const decision = { action: waiverCodeDecisions.replaced, subject: code, before, after };
      await recordDecision(transaction, byCaller(request), decision);
      return after;
    });
  }

  /** The account's own, or the default. */
  async find(transaction: EntityManager, account: number, code: string): Promise<Required<WaiverCode> | undefined> {
    // PostgreSQL has no such text, so that no code can be one.
    const own = code.includes('\0') ? null : await this.codes.find(transaction, account, code);
    return own ? codeOf(own) : defaultWaiverCodes.find((one) => one.code === code);
  }
}

/** @throws Failure `invalid` for one without a code */
function completed(given: WaiverCode, code: string | undefined): Required<WaiverCode> {
  if (code === undefined) throw invalid({ code: ['This field is required.'] });
  return {
    code,
    en: given.en,
    fa: given.fa,
    largest_percent: given.largest_percent ?? null,
    needs_note: given.needs_note,
    needs_second_person_above: given.needs_second_person_above ?? null,
    is_active: given.is_active,
  };
}

const codeOf = (row: WaiverCodeRow): Required<WaiverCode> => ({
  code: row.code,
  en: row.en,
  fa: row.fa,
  largest_percent: row.maxPercent,
  needs_note: row.needsNote,
  needs_second_person_above: row.needsSecondPersonAbove,
  is_active: row.isActive,
});

const rowOf = (account: number, code: Required<WaiverCode>): WaiverCodeRow => ({
  account,
  code: code.code,
  en: code.en,
  fa: code.fa,
  maxPercent: code.largest_percent,
  needsNote: code.needs_note,
  needsSecondPersonAbove: code.needs_second_person_above,
  isActive: code.is_active,
});
