/** The roles of a service: who runs transactions, and who reads on a read connection. */
export interface ServiceRoles {
  readonly application: string;
  readonly reader: string;
}

export const rolesOf = (service: string): ServiceRoles => ({ application: service, reader: `${service}_reader` });
