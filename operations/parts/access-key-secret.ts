import { hash, randomInt } from 'node:crypto';
import { KEY_ALPHABET, KEY_RANDOM_LENGTH, keyOf } from '../../domain/access-key';

/** A fresh access key, 190 random bits and its checksum (KEY-1). It is shown once and kept as {@link accessKeyHash}. */
export function makeAccessKey(): string {
  const random = Array.from({ length: KEY_RANDOM_LENGTH }, () =>
    KEY_ALPHABET.charAt(randomInt(KEY_ALPHABET.length)),
  );
  return keyOf(random.join(''));
}

/** What is kept of an access key: its SHA-256. Nobody guesses 190 bits, so it needs no salt and no stretching. */
export function accessKeyHash(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
