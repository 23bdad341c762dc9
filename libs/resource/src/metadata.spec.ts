import { describe, expect, it } from '@jest/globals';
import { ArrayMaxSize, IsISO31661Alpha2, Max, MaxLength, Min, MinLength } from 'class-validator';
import {
  BooleanField,
  ChoiceField,
  DateTimeField,
  DecimalField,
  IntegerField,
  JsonField,
  ListField,
  metadata,
  ObjectField,
  resource,
  StringField,
  TextsField,
  type Format,
} from './index.js';

/** The customers of oms-customers.txt, without `email` and `channel`, whose kinds of field don't exist yet. */
class Customer {
  @IntegerField({ label: 'ID', readOnly: true }) id!: number;
  @DateTimeField({ label: 'Created date', readOnly: true }) created_date!: string;
  @DateTimeField({ label: 'Modified date', readOnly: true }) modified_date!: string;
  @IntegerField({ label: 'Omnitron id', minValue: -2147483648, maxValue: 2147483647 }) omnitron_id!: number;
  @StringField({ label: 'First name', maxLength: 255, required: false }) first_name!: string;
  @StringField({ label: 'Partner customer code', maxLength: 64, required: false, allowNull: true }) erp_code!:
    string | null;
  @BooleanField({ label: 'Is active', required: false }) is_active!: boolean;
}

const customers = resource({ family: 'oms', path: 'customers', of: Customer });
const listCustomers = customers.list({
  scope: 'oms:read',
  filters: {
    id: ['gt', 'gte'],
    first_name: ['exact'],
    is_active: ['exact'],
    modified_date: { grouped: ['exact', 'gt', 'gte', 'lt', 'lte'] },
  },
  sort: ['id', 'modified_date'],
  order: ['id'],
});

const fields = `
  "id": {"type": "integer", "required": false, "read_only": true, "label": "ID"},
  "created_date": {"type": "datetime", "required": false, "read_only": true, "label": "Created date"},
  "modified_date": {"type": "datetime", "required": false, "read_only": true, "label": "Modified date"},
  "omnitron_id": {"type": "integer", "required": true, "read_only": false, "label": "Omnitron id",
    "min_value": -2147483648, "max_value": 2147483647},
  "first_name": {"type": "string", "required": false, "read_only": false, "label": "First name", "max_length": 255},
  "erp_code": {"type": "string", "required": false, "read_only": false, "label": "Partner customer code",
    "max_length": 64},
  "is_active": {"type": "boolean", "required": false, "read_only": false, "label": "Is active"}`;

const parses = '["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]';

const filters = `[
  {"label": "Sort", "field_name": "sort", "type": "dropdown", "lookup_expr": ["exact"], "extra": {
    "choices": [["id", "ID"], ["-id", "ID (descending)"],
      ["modified_date", "Modified Date"], ["-modified_date", "Modified Date (descending)"]],
    "help_text": "", "null_label": null, "required": false}},
  {"label": "Id Gt", "field_name": "id", "type": "integer", "lookup_expr": ["gt"], "extra": {"required": false}},
  {"label": "Id Gte", "field_name": "id", "type": "integer", "lookup_expr": ["gte"], "extra": {"required": false}},
  {"label": "First Name", "field_name": "first_name", "type": "string", "lookup_expr": ["exact"],
    "extra": {"required": false}},
  {"label": "Is Active", "field_name": "is_active", "type": "boolean", "lookup_expr": ["exact"],
    "extra": {"required": false}},
  {"label": "Modified Date", "field_name": "modified_date", "type": "string",
    "lookup_expr": ["exact", "gt", "gte", "lt", "lte"], "extra": {"required": false}}]`;

describe('describing an endpoint for OPTIONS', () => {
  it('prints a list as the document does, key for key and in order', () => {
    const expected: unknown = JSON.parse(
      `{"name": "list", "renders": ["application/json"], "parses": ${parses}, "actions": {"GET": {${fields}}}, ` +
        `"filters": ${filters}}`,
    );
    expect(JSON.stringify(metadata([listCustomers]))).toBe(JSON.stringify(expected));
  });

  it('prints the media types of the formats that the contract names', () => {
    const renders = (...formats: Format[]): unknown =>
      metadata([customers.list({ scope: 'oms:read', formats, order: ['id'] })]);
    expect(renders('json', 'csv', 'xls')).toMatchObject({
      renders: ['application/json', 'text/csv', 'application/xls'],
    });
    expect(renders('json', 'xlsx')).toMatchObject({
      renders: ['application/json', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    });
  });

  it('prints for a path that is read and added to the formats of its list, and the fields of its POST', () => {
    const add = customers.action('', { scope: 'oms:write', methods: ['POST'], input: Customer, output: Customer });
    const list = customers.list({ scope: 'oms:read', formats: ['json', 'csv'], order: ['id'] });
    expect(metadata([add, list])).toMatchObject({
      renders: ['application/json', 'text/csv'],
      actions: { POST: JSON.parse(`{${fields}}`) as object, GET: JSON.parse(`{${fields}}`) as object },
    });
  });

  it('prints a detail without filters', () => {
    const expected: unknown = JSON.parse(
      `{"name": "detail", "renders": ["application/json"], "parses": ${parses}, "actions": {"GET": ` +
        `{${fields}}}, "filters": []}`,
    );
    expect(JSON.stringify(metadata([customers.detail({ scope: 'oms:read' })]))).toBe(JSON.stringify(expected));
  });

  it('lists no sort where a list has none', () => {
    expect(metadata([customers.list({ scope: 'oms:read', order: ['id'] })])).toHaveProperty('filters', []);
  });

  it('prints a search as one entry', () => {
    const name = {
      label: 'First Name',
      field_name: 'first_name',
      type: 'string',
      lookup_expr: ['icontains'],
      extra: { required: false },
    };
    expect(
      metadata([customers.list({ scope: 'oms:read', filters: { first_name: ['search'] }, order: ['id'] })]),
    ).toHaveProperty('filters', [name]);
  });

  it('names the kinds of fields as Django REST framework does', () => {
    class Parcel {
      @DecimalField({ label: 'Weight', maxDigits: 5, decimalPlaces: 2 }) weight!: string;
      @ListField({ label: 'Customers', of: Customer }) customers!: Customer[];
      @JsonField({ label: 'Options' }) options!: unknown;
    }
    const parcels = resource({ family: 'oms', path: 'parcels', of: Parcel });
    expect(metadata([parcels.detail({ scope: 'oms:read' })])).toMatchObject({
      actions: { GET: { weight: { type: 'decimal' }, customers: { type: 'list' }, options: { type: 'field' } } },
    });
  });

  it('lists the choices of a field that may be written, as they are and by name', () => {
    class Parcel {
      @ChoiceField({ label: 'Size', choices: ['small', 'large'] }) size!: 'small' | 'large';
      @ChoiceField({ label: 'State', readOnly: true, choices: ['new', 'sent'] }) state!: 'new' | 'sent';
      @ChoiceField({ label: 'Kind', describedAs: 'string', choices: ['a', 'b'] }) kind!: 'a' | 'b';
      @ObjectField({ label: 'Customer', of: Customer }) customer!: Customer;
    }
    const parcels = resource({ family: 'retail', path: 'parcels', of: Parcel });
    const { actions } = metadata([parcels.create({ scope: 'retail:write', atMost: 10, output: Customer })]) as {
      actions: { POST: Record<string, unknown> };
    };
    expect(actions.POST).toMatchObject({
      size: {
        type: 'choice',
        required: true,
        read_only: false,
        label: 'Size',
        choices: [
          { value: 'small', display_name: 'small' },
          { value: 'large', display_name: 'large' },
        ],
      },
      customer: { type: 'nested object', children: { erp_code: { type: 'string', max_length: 64 } } },
    });
    expect([actions.POST.state, actions.POST.kind, Object.keys(actions.POST.customer as object)]).toEqual([
      { type: 'choice', required: false, read_only: true, label: 'State' },
      { type: 'string', required: true, read_only: false, label: 'Kind' },
      ['type', 'required', 'read_only', 'label', 'children'],
    ]);
  });

  it('prints the bounds that rules of class-validator set, in the order of Django, the narrower of two', () => {
    class Parcel {
      @StringField({ label: 'Code', maxLength: 9 }) @MinLength(3) @MaxLength(20) code!: string;
      @IntegerField({ label: 'Weight', maxValue: 90 }) @Min(1) @Max(30) weight!: number;
      @TextsField({ label: 'Tags', atMost: 9 }) @ArrayMaxSize(5) @MinLength(2, { each: true }) tags!: readonly string[];
      @StringField({ label: 'Kind', describedAs: 'field' }) @MinLength(3) kind!: string;
      @StringField({ label: 'Country' }) @IsISO31661Alpha2() country!: string;
    }
    const parcels = resource({ family: 'oms', path: 'parcels', of: Parcel });
    const { actions } = metadata([parcels.detail({ scope: 'oms:read' })]) as { actions: { GET: object } };
    const needed = { required: true, read_only: false };
    expect(JSON.stringify(actions.GET)).toBe(
      JSON.stringify({
        code: { type: 'string', ...needed, label: 'Code', min_length: 3, max_length: 9 },
        weight: { type: 'integer', ...needed, label: 'Weight', min_value: 1, max_value: 30 },
        tags: { type: 'list', ...needed, label: 'Tags', max_length: 5 },
        kind: { type: 'field', ...needed, label: 'Kind' },
        country: { type: 'string', ...needed, label: 'Country' },
      }),
    );
  });

  it('describes the options of an action under POST only', () => {
    class Options {
      @BooleanField({ label: 'Force', required: false }) force?: boolean;
    }
    const pull = customers.action('pull', { scope: 'oms:sync', methods: ['GET', 'POST'], query: Options });
    const force = { type: 'boolean', required: false, read_only: false, label: 'Force' };
    expect(metadata([pull])).toMatchObject({ name: 'pull', actions: { GET: {}, POST: { force } }, filters: [] });
  });
});
