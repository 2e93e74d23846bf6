import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../config/env';

const whole = {
  PUBLIC_URL: 'https://doorlist.example.com/',
  DATABASE_URL: 'postgres://user:pass@db/doorlist',
  TEMPORAL_ADDRESS: 'temporal:7233',
  SMTP_URL: 'smtp://mail:25',
  DOORLIST_SECRET: 'a secret of more than thirty-two bytes',
};

const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};
const names = (problems: readonly string[]) => problems.map((problem) => problem.split(':')[0]);

describe('the environment (OPS-2)', () => {
  it('needs five variables and fills in the rest', () => {
    expect(loadConfig(whole)).toMatchObject({
      port: 3000,
      publicUrl: 'https://doorlist.example.com',
      operatorToken: null,
      temporal: { address: 'temporal:7233', namespace: 'default', apiKey: null, tls: null },
      mailFrom: 'Doorlist <no-reply@doorlist.example.com>',
      slack: null,
      trustProxy: false,
      rates: { token: 1_200, key: 6_000, miss: 60 },
      allowPrivateWebhooks: false,
      logLevel: 'info',
    });
    expect(names(problemsOf({}))).toEqual(Object.keys(whole));
  });

  it('takes an empty variable as unset', () => {
    expect(loadConfig({ ...whole, PORT: '', SLACK_BOT_TOKEN: ' ', TEMPORAL_API_KEY: '' })).toEqual(
      loadConfig(whole),
    );
  });

  it('names every bad variable at once and repeats no value', () => {
    const problems = problemsOf({
      ...whole,
      PORT: '70000',
      DATABASE_URL: 'mysql://user:hunter2@db',
      DOORLIST_SECRET: 'hunter2',
      RATE_KEY: '-1',
      TRUST_PROXY: '10.0.0.0/99',
      SLACK_BOT_TOKEN: 'xoxb-hunter2',
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'hunter2',
    });
    expect(names(problems).sort()).toEqual([
      'DATABASE_URL',
      'DOORLIST_SECRET',
      'PORT',
      'RATE_KEY',
      'SLACK_SIGNING_SECRET',
      'TEMPORAL_TLS_CLIENT_CERT_PATH',
      'TRUST_PROXY',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('takes one way into Slack, and all of it', () => {
    const token = { SLACK_SIGNING_SECRET: 's', SLACK_BOT_TOKEN: 'xoxb-1' };
    expect(loadConfig({ ...whole, ...token, SLACK_API_URL: 'http://slack.test/api' }).slack).toEqual({
      apiUrl: 'http://slack.test/api/',
      signingSecret: 's',
      appToken: null,
      auth: { kind: 'token', botToken: 'xoxb-1' },
    });
    const oauth = { SLACK_SIGNING_SECRET: 's', SLACK_CLIENT_ID: 'c', SLACK_CLIENT_SECRET: 'd' };
    expect(loadConfig({ ...whole, ...oauth }).slack?.auth).toEqual({
      kind: 'oauth',
      clientId: 'c',
      clientSecret: 'd',
    });
    expect(names(problemsOf({ ...whole, ...token, ...oauth }))).toEqual(['SLACK_BOT_TOKEN']);
    expect(names(problemsOf({ ...whole, SLACK_CLIENT_ID: 'c', SLACK_SIGNING_SECRET: 's' }))).toEqual([
      'SLACK_CLIENT_SECRET',
    ]);
  });

  it('turns TLS on for an API key or a certificate, and refuses to send those in the clear', () => {
    expect(loadConfig({ ...whole, TEMPORAL_API_KEY: 'k' }).temporal.tls).toEqual({});
    expect(loadConfig({ ...whole, TEMPORAL_TLS: 'true' }).temporal.tls).toEqual({});
    expect(names(problemsOf({ ...whole, TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }))).toEqual([
      'TEMPORAL_TLS',
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'doorlist-pem-'));
    writeFileSync(join(folder, 'crt'), 'certificate');
    const pair = { TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'crt'), TEMPORAL_TLS_CLIENT_KEY_DATA: 'key' };
    expect(loadConfig({ ...whole, ...pair }).temporal.tls).toEqual({
      clientCertPair: { crt: Buffer.from('certificate'), key: Buffer.from('key') },
    });
    rmSync(folder, { recursive: true });
    expect(names(problemsOf({ ...whole, ...pair }))).toEqual(['TEMPORAL_TLS_CLIENT_CERT_PATH']);
  });

  it.each([
    ['true', true],
    ['2', 2],
    ['loopback, 10.0.0.0/8, ::1', ['loopback', '10.0.0.0/8', '::1']],
  ])('believes the proxies of TRUST_PROXY=%s', (given, meant) => {
    expect(loadConfig({ ...whole, TRUST_PROXY: given }).trustProxy).toEqual(meant);
  });
});
