import { scopes } from '@refundry/auth';
import { BooleanField, IntegerField, resource, StringField } from '@refundry/resource';

export class RulesImport {
  @StringField({ label: 'The file', maxLength: 500_000 }) csv!: string;
  @StringField({ label: 'Reason', required: false, allowNull: true, maxLength: 500 }) reason?: string | null;
  @BooleanField({ label: 'Whether to check it only', required: false }) dry_run?: boolean;
}

/** Numbers of the rule sets of a file, by what became of them, or would. */
export class ImportedRules {
  @IntegerField({ label: 'Created' }) created!: number;
  @IntegerField({ label: 'Replaced' }) replaced!: number;
  @IntegerField({ label: 'Unchanged' }) unchanged!: number;
}

const { read, write } = scopes.reservation;
const rules = resource({
  family: 'reservation',
  path: 'refund/rules',
  of: ImportedRules,
  example: { created: 0, replaced: 1, unchanged: 3 },
});

export const exportRefundRules = rules.file('export', {
  summary: 'Refund rules of the domain as CSV, a line for each tier',
  description:
    'Those that are not retired. Only the first line of a rule set has what the set says; the lines of its further ' +
    'tiers leave that blank. A text that a spreadsheet would take for a formula has an apostrophe in front.',
  scope: read,
  file: 'csv',
});
export const importRefundRules = rules.action<RulesImport, ImportedRules>('import', {
  summary: 'Write refund rules of the domain from CSV, all or none',
  description:
    'The form is that of the export. A line with an `id` begins the next version of that rule set, one with a name ' +
    'and no `id` a new one; what is unchanged is not written, and what the file does not have stays. Where lines are ' +
    'wrong, `payload.lines` has the errors of the first hundred of them, numbered as spreadsheets number them.',
  scope: write,
  methods: ['POST'],
  input: RulesImport,
  output: ImportedRules,
  inputExample: {
    csv:
      'id,name,service,supplier,carrier,fare_class,valid_from,valid_until,departs_from,departs_until,child_percent,' +
      'infant_percent,grace_minutes,' +
      'minutes_before,days_before,clock,no_show,percent,amount,nights,minimum,maximum,rounding\r\n' +
      ',Trains,train,,,,,,,,,,0,1440,,,,10,,,,,\r\n' +
      ',,,,,,,,,,,,,0,,,,50,,,,,\r\n',
    dry_run: true,
  },
  deadlineMs: 40_000,
});
