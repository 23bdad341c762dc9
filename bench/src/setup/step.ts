/** One kind of rows of a step, as Omnitron and as our database name it. */
export interface SetupLevel {
  readonly resource: string;
  readonly table: string;
  /** The columns that a copy of the table brings; all others PostgreSQL fills in by itself. */
  readonly columns: readonly string[];
  readonly rows: number;
}

/** A step of the setup, as a caller orders it. */
export interface SetupStep {
  /** As its path names it. */
  readonly name: 'addresses' | 'channels' | 'customers';
  /** Parents first. */
  readonly levels: readonly SetupLevel[];
  /** The state that an account needs before. */
  readonly before?: SetupStep;
  /** Whether each turn finds no more than the rows of the first account, because the tables would grow too large. */
  readonly keepsFirstOnly: boolean;
  /** The simulator's setting for the number of rows. */
  readonly simulator: NodeJS.ProcessEnv;
}

export const rowsOf = ({ levels }: SetupStep): number => levels.reduce((sum, { rows }) => sum + rows, 0);
