import { StringField } from '@refundry/resource';
import {
  readEnvironment,
  requireDatabaseUrl,
  serviceConfig,
  ServiceEnvironment,
  type ServiceConfig,
} from '@refundry/service';

class SupplierRefundEnvironment extends ServiceEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
}

export interface SupplierRefundConfig extends ServiceConfig {
  readonly databaseUrl: string;
}

export function supplierRefundConfig(environment: NodeJS.ProcessEnv): SupplierRefundConfig {
  const variables = readEnvironment(SupplierRefundEnvironment, environment);
  return { ...serviceConfig(variables), databaseUrl: requireDatabaseUrl('DATABASE_URL', variables.DATABASE_URL) };
}
