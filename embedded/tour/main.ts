import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAddresses } from '../addresses';
import { tour, type TourPlaces } from './steps';

/** `npm run tour`: one printed line a step, with the address where to look. */
async function main(): Promise<void> {
  let number = 0;
  for await (const { what, look } of tour(places())) {
    number += 1;
    process.stdout.write(`${number}. ${what}\n   ${look}\n`);
  }
}

function places(): TourPlaces {
  const { publicUrl, mailUrl, slackUrl, operatorTokenFile } = readAddresses(
    resolve(process.env['DOORLIST_HOME'] ?? '.doorlist'),
  );
  if (mailUrl === null || slackUrl === null)
    throw new Error('the tour needs the embedded mail catcher and Slack stand-in');
  const operatorToken =
    process.env['DOORLIST_OPERATOR_TOKEN'] ??
    (operatorTokenFile === null ? '' : readFileSync(operatorTokenFile, 'utf8').trim());
  return { publicUrl, mailUrl, slackUrl, operatorToken };
}

main().catch((error: unknown) => {
  process.stderr.write(`the tour ended early: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
