import { request } from 'node:http';
import { isFree } from '../../embedded/ports';
import { eventually } from '../../embedded/tour/eventually';
import { tour, type Step } from '../../embedded/tour/steps';
import { mailsTo } from '../../embedded/tour/mailbox';
import { newCopy, type RunningCopy } from '../support/running-copy';

const OUTSIDER = 'zoe@partner.example';

describe('the main job, on a copy that is spoken to over HTTP and SMTP alone', () => {
  let copy: RunningCopy;

  beforeAll(async () => {
    copy = await newCopy();
    await copy.start();
  }, 120_000);
  afterAll(() => copy.discard(), 60_000);

  it('lets an outsider in from Slack: shared, approved, mailed, accepted, with the role (INVITE-1, INVITE-4, INVITE-11)', async () => {
    const steps: Step[] = [];
    for await (const step of tour(copy.places())) steps.push(step);
    expect(steps.map(({ what }) => what)).toEqual([
      expect.stringContaining('waits for a Team Admin'),
      expect.stringContaining('has a card'),
      expect.stringContaining('clicked Approve'),
      expect.stringContaining('got the invitation'),
      expect.stringContaining('signed in'),
      expect.stringContaining('accepted and is a Developer'),
      expect.stringContaining('is viewer of'),
      expect.stringContaining('events verifies'),
    ]);
    const mails = await mailsTo(copy.places().mailUrl, OUTSIDER);
    expect(mails.filter(({ subject }) => subject.includes('shared'))).toHaveLength(1);
  }, 90_000);

  it('answers what was asked before SIGTERM, ends in good order and keeps its state (OPS-1, OPS-10)', async () => {
    const asked = halfSent(`${copy.places().publicUrl}/auth/email`, { email: 'ada@northwind.example' });
    await asked.underWay;
    const ended = copy.stop();
    // The server has the signal by the time that the rest of the body comes.
    await eventually('the closed door', () => refusesConnections(copy.places().publicUrl));
    asked.sendRest();
    expect(await asked.status).toBe(202);
    expect(await ended).toBe(0);
    await copy.start();
    const steps: Step[] = [];
    for await (const step of tour(copy.places())) steps.push(step);
    expect(steps[0]?.what).toContain('zoe2@partner.example');
    expect(steps.at(-1)?.what).toContain('events verifies');
  }, 120_000);
});

/** A call whose body comes in two parts, so that it is under way for as long as the test wants. */
function halfSent(url: string, body: object) {
  const text = JSON.stringify(body);
  const sent = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
  });
  const status = new Promise<number>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  const underWay = new Promise<void>((resolve) => {
    sent.write(text.slice(0, 5), () => resolve());
  });
  return { status, underWay, sendRest: () => void sent.end(text.slice(5)) };
}

async function refusesConnections(url: string): Promise<true | null> {
  const { port } = new URL(url);
  return (await isFree(Number(port))) ? true : null;
}
