import { ApiError, refuseWithMessages } from './api-error';
import type { Fields } from './types';

/** The arguments of one Web API call, whichever way they came: form fields with JSON inside, or a JSON body. */
export class Args {
  constructor(readonly fields: Fields) {}

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  /** @throws ApiError `invalid_arguments` when the value is no text. */
  optional(name: string): string | undefined {
    const value = this.fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw refuseWithMessages('invalid_arguments', [`must be a string [json-pointer:/${name}]`]);
  }

  /** @throws ApiError `invalid_arguments` when the argument is missing or empty. */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined || value === '')
      throw refuseWithMessages('invalid_arguments', [`missing required field: ${name}`]);
    return value;
  }

  flag(name: string): boolean {
    const value = this.optional(name);
    return value === 'true' || value === '1';
  }

  /** A whole number of at least 1, capped at `max`. @throws ApiError `invalid_limit`. */
  limit(name: string, fallback: number, max: number): number {
    const value = this.optional(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1) throw new ApiError('invalid_limit');
    return Math.min(number, max);
  }

  /** A list given as `a,b` or as an array. */
  list(name: string): string[] {
    const value = this.fields[name];
    const parts: unknown[] = Array.isArray(value) ? value : (this.optional(name) ?? '').split(',');
    return parts.map((part) => String(part).trim()).filter((part) => part !== '');
  }

  /**
   * A structured argument, or undefined when it is missing.
   * @param error - code for text that is no JSON.
   */
  json(name: string, error: string): unknown {
    const value = this.fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw new ApiError(error);
    }
  }
}
