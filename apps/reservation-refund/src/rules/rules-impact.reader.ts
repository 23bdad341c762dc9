import { Injectable } from '@nestjs/common';
import { ImpactExample, RulesImpact } from '@refundry/contracts';
import { Failure } from '@refundry/errors';
import { ReadPool, ResourceReader, resourceTable } from '@refundry/persistence';
import { fieldsOf, isDecimalId, type DetailRequest, type JsonText } from '@refundry/resource';

/** SQL of the examples as a `ListField` reads them. */
const examples = `(
  select coalesce(json_agg(json_build_array(${fieldsOf(ImpactExample)
    .map(({ name }) => `example.value ->> '${name}'`)
    .join(', ')}) order by example.position), '[]')
  from json_array_elements(examples) with ordinality example(value, position))`;

/** Reads previews of the impact of rules. */
@Injectable()
export class RulesImpactReader extends ResourceReader<RulesImpact> {
  constructor(readPool: ReadPool) {
    super(readPool, RulesImpact, resourceTable('refund_rules_impact', RulesImpact, { examples }));
  }

  /** @throws Failure `unknown_row`, also for an id that is spelled in another way than ours */
  override async row(request: DetailRequest): Promise<JsonText<RulesImpact>> {
    if (!isDecimalId(request.key)) throw new Failure('unknown_row');
    return super.row(request);
  }
}
