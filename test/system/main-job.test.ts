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

  it('ends in good order on SIGTERM and keeps its state (OPS-1, OPS-10)', async () => {
    expect(await copy.stop()).toBe(0);
    await copy.start();
    const steps: Step[] = [];
    for await (const step of tour(copy.places())) steps.push(step);
    expect(steps[0]?.what).toContain('zoe2@partner.example');
    expect(steps.at(-1)?.what).toContain('events verifies');
  }, 120_000);
});
