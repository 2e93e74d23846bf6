import { dynamicConfig, serverConfig, SERVICES } from '../../embedded/temporal-server-config';

describe('the configuration of Temporal’s server', () => {
  const database = { host: '127.0.0.1', port: 5434, user: 'postgres', password: 'a "quoted" word' };
  const pair = (grpc: number) => ({ grpc, membership: grpc + 1 });
  const ports = { frontend: pair(7233), history: pair(7235), matching: pair(7237), worker: pair(7239) };

  it('keeps every part on loopback, on ports of its own (OPS-2)', () => {
    const { services, clusterMetadata } = JSON.parse(serverConfig(database, ports, '/tmp/dynamic.yaml')) as {
      services: Record<
        string,
        { rpc: { grpcPort: number; membershipPort: number; bindOnLocalHost: boolean } }
      >;
      clusterMetadata: { clusterInformation: { active: { rpcAddress: string } } };
    };
    const bound = SERVICES.map((name) => services[name]?.rpc);
    expect(bound.every((rpc) => rpc?.bindOnLocalHost === true)).toBe(true);
    const all = bound.flatMap((rpc) => [rpc?.grpcPort, rpc?.membershipPort]);
    expect(new Set(all).size).toBe(2 * SERVICES.length);
    expect(clusterMetadata.clusterInformation.active.rpcAddress).toBe('127.0.0.1:7233');
  });

  it('leaves a password as it is, whatever characters it has (OPS-2)', () => {
    const { persistence } = JSON.parse(serverConfig(database, ports, '/tmp/dynamic.yaml')) as {
      persistence: { datastores: Record<string, { sql: { password: string; databaseName: string } }> };
    };
    const stores = Object.values(persistence.datastores).map(({ sql }) => [sql.databaseName, sql.password]);
    expect(stores).toEqual([
      ['temporal', database.password],
      ['temporal_visibility', database.password],
    ]);
  });

  it('gives each setting that changes while it runs as a list of values (OPS-2)', () => {
    const settings = Object.values(JSON.parse(dynamicConfig()) as Record<string, unknown>);
    expect(settings.length).toBeGreaterThan(0);
    for (const setting of settings) expect(setting).toEqual([{ value: expect.anything() as unknown }]);
  });
});
