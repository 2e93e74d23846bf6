import { tendKeyring } from '../../operations/tend-keyring';
import { openStore } from '../../store/database';

/**
 * A process that ends a team's due keys whenever it is told to, as a worker does: what reads meanwhile take longer is then the
 * product's own doing. Told a team's id, it answers how many keys it ended.
 */
async function sweeper(databaseUrl: string): Promise<void> {
  const store = await openStore({ databaseUrl, poolMax: 2 });
  const sweep = async (teamId: string): Promise<number> => {
    for (let done = 0; ;) {
      const at = { teamId, asOf: store.clock.now(), publicUrl: 'http://127.0.0.1' };
      const { ended, isMoreDue } = await tendKeyring(store, at);
      done += ended;
      if (!isMoreDue) return done;
    }
  };
  process.on('message', (teamId: string) => {
    sweep(teamId).then(
      (done) => process.send?.(done),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => void store.close());
  process.send?.(0);
}

void sweeper(process.argv[2] ?? '');
