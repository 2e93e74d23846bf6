import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { freePort } from '../../embedded/ports';
import { RestError } from '../../embedded/rest';
import { startTemporal, type Temporal } from '../../embedded/temporal';
import { eventually } from '../../embedded/tour/eventually';
import { linkIn, mailsTo } from '../../embedded/tour/mailbox';
import { newCopy, type RunningCopy } from '../support/running-copy';
import { northwind } from '../support/seeded-team';

describe('while Temporal is away', () => {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-temporal-'));
  let ports: { port: number; uiPort: number };
  let temporal: Temporal;
  let copy: RunningCopy;

  beforeAll(async () => {
    ports = { port: await freePort(), uiPort: await freePort() };
    temporal = await startTemporal({ home, ...ports });
    copy = await newCopy({ TEMPORAL_ADDRESS: temporal.address, TEMPORAL_UI_URL: temporal.uiUrl });
    await copy.start();
  }, 120_000);
  afterAll(async () => {
    await copy.discard();
    await temporal.stop();
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  it('a share is taken, a decision says 503 and changes nothing, and both go on when it is back (INVITE-4, SHARE-9)', async () => {
    const { elementId, as } = await northwind(copy.places());
    const [ben, ada] = [await as('ben@northwind.example'), await as('ada@northwind.example')];
    await temporal.stop();

    const email = 'kim@partner.example';
    const shared = await ben.post<{ recipients: { outcome: string; inviteId: string }[] }>(
      `/v1/elements/${elementId}/shares`,
      {
        recipients: [{ email, role: 'viewer' }],
      },
    );
    expect(shared.recipients[0]?.outcome).toBe('pending_approval');
    const path = `/v1/approvals/${shared.recipients[0]?.inviteId ?? ''}`;
    const key = randomUUID();
    const decision = () => ada.post<{ state: string }>(`${path}/decision`, { decision: 'approve' }, key);
    await expect(decision()).rejects.toMatchObject({ status: 503, code: 'unavailable' });
    expect(await ada.get(path)).toMatchObject({ state: 'pending' });

    temporal = await startTemporal({ home, ...ports });
    const decided = await eventually('the decision', () =>
      decision().catch((error: unknown) => {
        if (error instanceof RestError && error.code === 'unavailable') return null;
        throw error;
      }),
    );
    expect(decided.state).toBe('approved');
    const mails = () => mailsTo(copy.places().mailUrl, email);
    const invitation = await eventually('the invitation', async () => {
      const [mail] = (await mails()).filter((each) => linkIn(each, '/invitations/') !== null);
      return mail ?? null;
    });
    expect(invitation.subject).toContain('Orders');
  }, 120_000);
});
