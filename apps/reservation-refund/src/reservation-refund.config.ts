import { StringField } from '@refundry/resource';
import {
  readEnvironment,
  requireDatabaseUrl,
  serviceConfig,
  ServiceEnvironment,
  type ServiceConfig,
} from '@refundry/service';

class ReservationRefundEnvironment extends ServiceEnvironment {
  @StringField({ label: 'PostgreSQL, as the application' }) DATABASE_URL!: string;
}

export interface ReservationRefundConfig extends ServiceConfig {
  readonly databaseUrl: string;
}

export function reservationRefundConfig(environment: NodeJS.ProcessEnv): ReservationRefundConfig {
  const variables = readEnvironment(ReservationRefundEnvironment, environment);
  return { ...serviceConfig(variables), databaseUrl: requireDatabaseUrl('DATABASE_URL', variables.DATABASE_URL) };
}
