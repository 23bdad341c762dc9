import {
  BooleanField,
  IntegerField,
  ListField,
  operation,
  StringField,
  type EventType,
  type Operation,
} from '@refundry/resource';

/** How far a consumer has read an account's log. */
export class LogPlace {
  @IntegerField({ label: 'Account' }) account!: number;
  /** The consumer reads events of this type. */
  @StringField({ label: 'Type' }) type!: string;
  @IntegerField({ label: 'Position of the last event that was read, of whatever type; 0 before the first' })
  position!: number;
  @IntegerField({ label: 'How many events the log had had by then', required: false }) count?: number;
}

/** An event as other services read it. */
export class ReadEvent {
  @StringField({ label: 'ID' }) id!: string;
  @IntegerField({ label: 'Position' }) position!: number;
  @IntegerField({ label: 'Version' }) version!: number;
  @StringField({ label: 'Occurred' }) occurred!: string;
  @StringField({ label: 'Subject', allowNull: true }) subject!: string | null;
  @StringField({ label: 'Content, as JSON' }) content!: string;
}

/** The next events of a type in an account's log. */
export class LogPage {
  @ListField({ label: 'Events', of: ReadEvent }) events!: readonly ReadEvent[];
  @IntegerField({ label: 'Position that the log is read up to' }) position!: number;
  @IntegerField({ label: 'How many events the log had had by then' }) count!: number;
  @BooleanField({ label: 'There are more' }) has_more!: boolean;
  @BooleanField({ label: 'Nothing was deleted that the reader had not read' }) is_complete!: boolean;
}

export class LogAccounts {
  @IntegerField({ label: 'Accounts after this one, in their order' }) after!: number;
}

/** The last position in an account's log. */
export class LogPosition {
  @IntegerField({ label: 'Account' }) account!: number;
  @IntegerField({ label: 'Position' }) position!: number;
}

export class LogPositions {
  @ListField({ label: 'Positions', of: LogPosition }) positions!: readonly LogPosition[];
  @BooleanField({ label: 'There are more' }) has_more!: boolean;
}

/** The operations by which other services read a service's log. */
export interface LogOperations {
  readonly read: Operation<LogPlace, LogPage>;
  readonly listPositions: Operation<LogAccounts, LogPositions>;
}

/** Declares the operations of the log of a service. They are of all accounts: NATS permits them to consumers alone. */
export const logOperations = (service: string): LogOperations => ({
  read: operation(`${service}.event-log.read`, { input: LogPlace, output: LogPage, isRead: true }),
  listPositions: operation(`${service}.event-log.positions`, {
    input: LogAccounts,
    output: LogPositions,
    isRead: true,
  }),
});

/** The subject that says that events of a type have been logged. */
export const loggedSubject = ({ service, type }: Pick<EventType, 'service' | 'type'>): string =>
  `logged.${service}.${type}`;

/** The body of a message on that subject. */
export interface LoggedNotice {
  readonly account: number;
}
