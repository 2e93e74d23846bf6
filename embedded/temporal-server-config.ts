/** A Postgres that holds Temporal's two databases. */
export interface ServerDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The databases' names on it. */
export const DATABASES = { default: 'temporal', visibility: 'temporal_visibility' } as const;

/** The server's parts, which find each other over loopback. */
export const SERVICES = ['frontend', 'history', 'matching', 'worker'] as const;

/** Two ports for each part. */
export type ServerPorts = Readonly<
  Record<(typeof SERVICES)[number], { readonly grpc: number; readonly membership: number }>
>;

/** Fixed for the life of a database; four keep two cores busy, and more cost polling. */
const HISTORY_SHARDS = 4;
/** Together well below what our Postgres lets in, so that Doorlist's own pools fit beside it. */
const CONNECTIONS = { default: 20, visibility: 10 } as const;

/** The server's configuration, all on loopback. It is JSON, which every YAML reader reads; the password stands in it. */
export function serverConfig(database: ServerDatabase, ports: ServerPorts, dynamicFile: string): string {
  const store = (which: keyof typeof DATABASES) => ({
    sql: {
      pluginName: 'postgres12_pgx',
      databaseName: DATABASES[which],
      connectAddr: `${database.host}:${database.port}`,
      connectProtocol: 'tcp',
      user: database.user,
      password: database.password,
      maxConns: CONNECTIONS[which],
      maxIdleConns: CONNECTIONS[which],
      maxConnLifetime: '1h',
    },
  });
  const services = SERVICES.map((name) => {
    const { grpc: grpcPort, membership: membershipPort } = ports[name];
    return [name, { rpc: { grpcPort, membershipPort, bindOnLocalHost: true } }] as const;
  });
  const archival = { state: 'disabled' };
  return JSON.stringify({
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { default: store('default'), visibility: store('visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(services),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports.frontend.grpc}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    archival: { history: archival, visibility: archival },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '60s' },
  });
}

/** What the server reads while it runs. */
export function dynamicConfig(): string {
  const settings = {
    // A search attribute that was just registered is known at once, not only when a cache expires.
    'system.forceSearchAttributesCacheRefreshOnRead': true,
    // For several machines' load; on one they scatter tasks and pollers, and the slowest tenth waits twice as long.
    'matching.numTaskqueueReadPartitions': 1,
    'matching.numTaskqueueWritePartitions': 1,
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, [{ value }]])),
  );
}
