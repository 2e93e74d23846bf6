import { randomBytes, randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * A fresh id in Slack's form: a prefix and ten capitals or digits.
 * @param prefix - `T` workspace, `U` user, `C` channel, `D` direct message, `V` view, `B` bot, `A` app, `Ev` event.
 */
export function newId(prefix: string): string {
  return prefix + randomLetters(10);
}

/** Random capitals and digits; also the form of generated block and action ids. */
export function randomLetters(length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}

/** A random secret of 32 hexadecimal characters, the form of a signing secret. */
export function newSecret(): string {
  return randomBytes(16).toString('hex');
}

/** A bot token in Slack's form, recognisable as belonging to the stand-in. */
export function newBotToken(): string {
  return `xoxb-standin-${randomBytes(18).toString('hex')}`;
}
