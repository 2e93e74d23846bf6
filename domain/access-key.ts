import { isTeamAdmin } from './approval';
import type { ElementRole, TeamRole, WorkspaceRole } from './roles';

/** What every key begins with, so that scanners know a leaked one. */
export const KEY_PREFIX = 'dlk_';
/** Characters of the random part: 32 of 62 are 190 bits, more than 160 also when the last four of the key are known. */
export const KEY_RANDOM_LENGTH = 32;
export const KEY_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM_LENGTH = 6;
const TAIL_LENGTH = 4;

/** The published form of a key, for scanners (KEY-1): prefix, 32 random characters, 6 of checksum. */
export const KEY_PATTERN = /^dlk_[0-9A-Za-z]{38}$/;

/** A key from its random characters, with the checksum at its end. */
export function keyOf(random: string): string {
  const body = KEY_PREFIX + random;
  return body + checksumOf(body);
}

/** Whether a text is a key that was typed right: its form and its checksum (KEY-1). Says nothing of whether it exists. */
export function isKey(text: string): boolean {
  if (!KEY_PATTERN.test(text)) return false;
  return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/** The end of a key, which lists show of it. */
export function keyTail(key: string): string {
  return key.slice(-TAIL_LENGTH);
}

/** A key as lists show it. */
export function maskedKey(tail: string): string {
  return KEY_PREFIX + '*'.repeat(KEY_RANDOM_LENGTH + CHECKSUM_LENGTH - TAIL_LENGTH) + tail;
}

/** The CRC-32 of a text (ISO 3309), in six characters of the key's alphabet. */
function checksumOf(text: string): string {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  let rest = ~crc >>> 0;
  let digits = '';
  for (let digit = 0; digit < CHECKSUM_LENGTH; digit += 1) {
    digits = KEY_ALPHABET.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** What a process knows of a key it forgets after this, ms: a revocation holds everywhere this long after its commit (KEY-5). */
export const KEY_MEMORY_MS = 1_000;

/** A team with more living keys than this has its warnings and ends gathered: its run would wake all the time (KEY-4). */
export const MANY_KEYS = 1_000;

/** Why a key ended. */
export type KeyEndReason = 'expired' | 'revoked' | 'collection_gone';

/** States of a key, as REST names them. */
export const KEY_STATES = ['active', 'expired', 'revoked'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** A key's life so far: instants in ms. `idleSince` is its last use, or its creation. */
export interface KeyLife {
  readonly idleSince: number;
  readonly endReason: KeyEndReason | null;
}

/** The instant at which a key ends unless it is used before, ms (KEY-4). */
export function keyEnd(idleSince: number, inactivityMs: number): number {
  return idleSince + inactivityMs;
}

/** A key's state at an instant: one instant before its end it serves, at that instant it does not (KEY-4, KEY-6). */
export function keyState({ idleSince, endReason }: KeyLife, inactivityMs: number, now: number): KeyState {
  if (endReason !== null) return endReason === 'expired' ? 'expired' : 'revoked';
  return now < keyEnd(idleSince, inactivityMs) ? 'active' : 'expired';
}

/** The warnings that a policy comes to: those shorter than the inactivity, the longest first, each once (KEY-4). */
export function keyWarnings(warningsMs: readonly number[], inactivityMs: number): readonly number[] {
  return [...new Set(warningsMs)].filter((ms) => ms > 0 && ms < inactivityMs).sort((a, b) => b - a);
}

/** Somebody's standing towards one key. */
export interface KeyStanding {
  readonly isCreator: boolean;
  readonly teamRoles: readonly TeamRole[];
  readonly elementRole: ElementRole | null;
  readonly workspaceRole: WorkspaceRole | null;
}

/** Whether they see that the key exists, masked (KEY-5): every member but guests. */
export function maySeeKey({ teamRoles }: Pick<KeyStanding, 'teamRoles'>): boolean {
  return teamRoles.length > 0 && !teamRoles.includes('guest');
}

/** Whether they may revoke it (KEY-5): its creator, an Editor of the collection, a workspace Admin, or a team role for it. */
export function mayRevokeKey(by: KeyStanding): boolean {
  return mayKeepKey(by) || by.workspaceRole === 'admin' || by.teamRoles.includes('community_manager');
}

/** Whether they may keep it from ending: its creator, an Editor of the collection, an Admin of the team. */
export function mayKeepKey(by: KeyStanding): boolean {
  return maySeeKey(by) && (by.isCreator || by.elementRole === 'editor' || isTeamAdmin(by.teamRoles));
}
