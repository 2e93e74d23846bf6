import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflows, type WorkflowBundle } from '../../workers/bundle-workflows';
import * as workflows from '../../workflows';
import { SCENARIOS } from './scenarios';

const folder = join(__dirname, 'histories');
const recorded = readdirSync(folder).flatMap((workflow) =>
  readdirSync(join(folder, workflow)).map((file) => `${workflow}/${file}`),
);

describe('runs that began with earlier code', () => {
  let workflowBundle: WorkflowBundle;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    workflowBundle = await bundleWorkflows();
  }, 60_000);

  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const replay = (history: string) =>
    Worker.runReplayHistory({ workflowBundle }, JSON.parse(history) as unknown);

  it.each(recorded)('go on as they did (OPS-4): %s', async (file) => {
    await expect(replay(read(file))).resolves.toBeUndefined();
  });

  it('would be noticed if they did not: another activity where the history has its first (OPS-4)', async () => {
    const changed = read('invite/accepted.json').replaceAll('"loadInvite"', '"expireInvitation"');
    await expect(replay(changed)).rejects.toThrow(DeterminismViolationError);
  });

  it('would be noticed if they did not: a step less (OPS-4)', async () => {
    const history = JSON.parse(read('invite/expired-after-reminders.json')) as { events: object[] };
    const timer = history.events.findIndex((event) => 'timerStartedEventAttributes' in event);
    history.events.splice(timer, 1);
    await expect(replay(JSON.stringify(history))).rejects.toThrow();
  });

  it.each(recorded)('hold no address and no link (OPS-3): %s', (file) => {
    const payloads = read(file).match(/"data":\s*"[^"]+"/g) ?? [];
    const texts = payloads.map((one) => Buffer.from(one.split('"')[3] ?? '', 'base64').toString('utf8'));
    expect([read(file), ...texts].filter((text) => /@example|invitations\//.test(text))).toEqual([]);
    expect(texts.length).toBeGreaterThan(0);
  });

  it('are recorded from before and after a large team’s keyring gathered after a batch (OPS-4)', () => {
    const stepsOf = (file: string) => {
      const { events } = JSON.parse(read(`keyring/${file}.json`)) as { events: Record<string, unknown>[] };
      const texts = events.map((event) => JSON.stringify(event));
      const marker = Buffer.from('{"id":"gathers-after-a-batch",').toString('base64');
      return {
        isPatched: texts.some((text) => text.includes('MARKER_RECORDED') && text.includes(marker)),
        timers: texts.filter((text) => text.includes('TIMER_STARTED')).length,
        isGoneOn: texts.at(-1)?.includes('CONTINUED_AS_NEW'),
      };
    };
    expect(stepsOf('ended-one-of-many')).toEqual({ isPatched: false, timers: 0, isGoneOn: true });
    expect(stepsOf('ended-one-of-many-then-gathered')).toEqual({
      isPatched: true,
      timers: 1,
      isGoneOn: true,
    });
  });

  it('are recorded of every workflow that there is (OPS-4)', () => {
    const folderOf = (workflow: string) => workflow.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(readdirSync(folder).sort()).toEqual(Object.keys(workflows).map(folderOf).sort());
  });

  it('are recorded for every scenario', () => {
    expect([...recorded].sort()).toEqual(
      expect.arrayContaining(SCENARIOS.map(({ workflow, name }) => `${workflow}/${name}.json`)),
    );
  });
});
