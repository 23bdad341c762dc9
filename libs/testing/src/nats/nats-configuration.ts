/** The users of NATS, and the subjects (wildcards allowed) that each may publish and subscribe to. */
export interface NatsUser {
  readonly user: string;
  readonly password: string;
  readonly publish: readonly string[];
  /** Taken out of `publish` again. */
  readonly publishNever?: readonly string[];
  readonly subscribe: readonly string[];
}

export interface NatsConfiguration {
  readonly port: number;
  readonly pidFile: string;
  /** Turns JetStream on. */
  readonly storeDir?: string | undefined;
  readonly users?: readonly NatsUser[] | undefined;
  /** The TLS files; set, it serves TLS only. */
  readonly tls?: TlsFiles | undefined;
  /** Bytes of a message. 1 MiB. */
  readonly maxPayload?: number | undefined;
}

/** Paths of files in PEM. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** The text of a configuration file; NATS reads JSON. */
export function natsConfiguration({ port, pidFile, storeDir, users, tls, maxPayload }: NatsConfiguration): string {
  return JSON.stringify(
    {
      server_name: 'refundry',
      host: '127.0.0.1',
      port,
      pid_file: pidFile,
      ...(storeDir && { jetstream: { store_dir: storeDir } }),
      ...(maxPayload !== undefined && { max_payload: maxPayload }),
      ...(tls && { tls: { cert_file: tls.certificateFile, key_file: tls.keyFile } }),
      ...(users && { authorization: natsAuthorization(users) }),
    },
    null,
    2,
  );
}

/** The part of a configuration that says who may connect and what each may do. */
export function natsAuthorization(users: readonly NatsUser[]): object {
  return { users: users.map(userEntry) };
}

function userEntry({ user, password, publish, publishNever, subscribe }: NatsUser): object {
  return {
    user,
    password,
    permissions: { publish: onlyThese(publish, publishNever), subscribe: onlyThese(subscribe) },
  };
}

/** An empty list of allowed subjects would allow them all. */
function onlyThese(subjects: readonly string[], except: readonly string[] = []): object {
  return subjects.length === 0 ? { deny: ['>'] } : { allow: subjects, deny: except };
}
