import { v7 as uuid } from 'uuid';
import { Approval } from '../../store/models';
import type { Call } from '../support/api-client';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

describe('nudging, claiming and commenting over REST', () => {
  let api: WholeApi;
  let world: SharingWorld;
  let admin: Call;
  let sharer: Call;
  let outsider: Call;
  let path: string;
  let id: string;

  beforeAll(async () => {
    api = await startWholeApi();
    world = await sharingWorld(api.store, { seats: 200 });
    admin = await api.person(world.admin.id);
    sharer = await api.person(world.sharer.id);
    outsider = await api.person((await worldOf(api.store).user()).id);
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    const to = { email: `p${uuid()}@partner.example` };
    id = requestOf(await shareWith(api.store, world, to, { asOf: api.store.clock.now() }));
    path = `/v1/approvals/${id}`;
  });

  it('answers the request with the timeline’s new line (INVITE-8)', async () => {
    expect(await sharer('POST', `${path}/nudge`)).toMatchObject({
      ...{ status: 200 },
      body: { id, state: 'pending', revision: 1 },
    });
    const claimed = await admin('POST', `${path}/claim`);
    expect(claimed).toMatchObject({
      ...{ status: 200 },
      body: {
        claimedBy: { userId: world.admin.id, name: 'Ada', until: expect.stringMatching(/Z$/) as string },
      },
    });
    const commented = await sharer('POST', `${path}/comments`, { body: { text: 'Zoe starts on Monday.' } });
    expect(commented.status).toBe(200);
    expect(commented.body['timeline']).toMatchObject([
      { type: 'requested' },
      { type: 'nudged', by: { userId: world.sharer.id } },
      { type: 'claimed', by: { userId: world.admin.id } },
      { type: 'commented', by: { userId: world.sharer.id }, data: { text: 'Zoe starts on Monday.' } },
    ]);
  });

  it('throttles the second nudge within an hour, and says when the next may come (INVITE-8)', async () => {
    const key = { headers: { 'idempotency-key': uuid() } };
    expect((await sharer('POST', `${path}/nudge`, key)).status).toBe(200);
    // The same call again is the same nudge.
    expect((await sharer('POST', `${path}/nudge`, key)).status).toBe(200);
    const second = await sharer('POST', `${path}/nudge`);
    expect(second).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(3_500);
  });

  it('is for those with a part in it; to all others the request is not there (INVITE-8)', async () => {
    expect((await admin('POST', `${path}/nudge`)).body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await sharer('POST', `${path}/claim`)).body).toMatchObject({ status: 403, code: 'forbidden' });
    for (const act of ['nudge', 'claim', 'comments']) {
      const body = act === 'comments' ? { body: { text: 'hi' } } : {};
      expect((await outsider('POST', `${path}/${act}`, body)).status).toBe(404);
    }
  });

  it('refuses an empty comment, one that is too long, and what is settled (INVITE-4, INVITE-8)', async () => {
    for (const text of ['', 'x'.repeat(2_001)]) {
      expect((await sharer('POST', `${path}/comments`, { body: { text } })).status).toBe(422);
    }
    await admin('POST', `${path}/decision`, { body: { decision: 'deny', reason: 'no' } });
    for (const [who, act] of [
      [sharer, 'nudge'],
      [admin, 'claim'],
    ] as const) {
      expect(await who('POST', `${path}/${act}`)).toMatchObject({
        ...{ status: 409 },
        body: { code: 'already_decided', decidedBy: { userId: world.admin.id } },
      });
    }
  });

  it('leaves a mark for the run, which a lost signal cannot lose (INVITE-8)', async () => {
    await sharer('POST', `${path}/nudge`);
    const approval = await api.store.inTeam(world.team.id, (tx) => Approval.query(tx).findById(id));
    expect(approval?.untoldSince).toBeInstanceOf(Date);
  });
});
